# Assayer's commands. They find a JDK 25 by themselves; Maven 3.8.7 or newer must be installed.

MVN   := sh src/build/mvn.sh
# Warnings and errors only.
QUIET := -Dorg.slf4j.simpleLogger.defaultLogLevel=warn

# The run of Assayer whose classes go into the AOT cache: one that ends by itself, with exit code 0,
# and touches what a start of the server touches.
AOT_TRAINING := demo

.DEFAULT_GOAL := help
.PHONY: build demo verify bench format reproducible clean help

build: ## Make target/assayer (launcher, jar, libraries, AOT cache), without tests
	@echo "Building (the first build also fetches the libraries)..."
	@# A package that is gone leaves its empty folder, which would go into the jar.
	@[ ! -d target/classes ] || find target/classes -type d -empty -delete
	@$(MVN) $(QUIET) -Dmaven.test.skip=true package
	@sh src/build/assemble.sh $(AOT_TRAINING)
	@echo "Built target/assayer; try: target/assayer --help"

demo: build ## Build, then run the guided demo
	@target/assayer demo

verify: ## Everything: format, static analysis, all tests, licences, launcher, reproducibility
	@rm -rf target/classes target/test-classes target/surefire-reports
	@$(MVN) $(QUIET) spotless:check
	@$(MVN) verify
	@sh src/build/test-summary.sh
	@$(MAKE) --no-print-directory build
	@sh src/build/smoke.sh
	@sh src/build/reproducible.sh

bench: build ## Run the benchmarks (JMH and the load harness)
	@$(MVN) $(QUIET) -Pbench -DskipTests test-compile
	@JAVA_HOME=$$(sh src/main/launcher/find-jdk.sh --jdk) && exec "$$JAVA_HOME/bin/java" \
	  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
	  -XX:+UseSerialGC -XX:+UseCompactObjectHeaders \
	  -cp "target/bench-classes:target/test-classes:target/classes:$$(cat target/bench-classpath.txt)" \
	  dev.assayer.bench.Main $(BENCH_ARGS)

format: ## Put all Java sources into google-java-format
	@$(MVN) $(QUIET) spotless:apply

reproducible: build ## Build a second time elsewhere and compare the jars
	@sh src/build/reproducible.sh

clean: ## Remove everything the build made
	@rm -rf target

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
