# Assayer's commands. They find a JDK 25 by themselves; Maven 3.8.7 or newer must be installed.

MVN   := sh src/build/mvn.sh
# Warnings and errors only.
QUIET := -Dorg.slf4j.simpleLogger.defaultLogLevel=warn

# The run of Assayer whose classes go into the AOT cache: one that ends by itself, with exit code 0,
# touches what a start of the server touches, and decides so often that the methods worth compiling
# are known to the next start. With an API server that is none (src/build/InCluster.java).
AOT_TRAINING ?= demo --more 6000 --in-cluster

.DEFAULT_GOAL := help
.PHONY: build demo image image-test node-test install upgrade uninstall annihilate verify bench format reproducible clean help

build: ## Make target/assayer (launcher, jar, libraries, AOT cache), without tests
	@echo "Building (the first build also fetches the libraries)..."
	@# A package that is gone leaves its empty folder, which would go into the jar.
	@[ ! -d target/classes ] || find target/classes -type d -empty -delete
	@$(MVN) $(QUIET) -Dmaven.test.skip=true package
	@sh src/build/assemble.sh $(AOT_TRAINING)
	@echo "Built target/assayer; try: target/assayer --help"

demo: build ## Build, then run the guided demo
	@target/assayer demo

image: build ## Build the container image (IMAGE=name:tag; other bases: JDK_IMAGE=, RUNTIME_IMAGE=)
	@$(MVN) $(QUIET) cyclonedx:makeAggregateBom@bill-of-materials
	@AOT_TRAINING="$(AOT_TRAINING)" sh src/build/image.sh

image-test: ## Run the image as a cluster would; a second build, compared layer by layer
	@AOT_TRAINING="$(AOT_TRAINING)" sh src/build/image-test.sh --reproducible

node-test: ## Install the image by Helm on a Kubernetes node in Docker, and run pods (ASSAYER_E2E_NODE=image, NODE_TESTS=class)
	@rm -f target/node-report.txt
	@$(MVN) $(QUIET) surefire:test@node $(if $(NODE_TESTS),-Dtest=$(NODE_TESTS)) || \
	{ cat target/node-report.txt 2>/dev/null; exit 1; }

# In a cluster: CONTEXT= is required; NAMESPACE, RELEASE, VALUES, HELM_ARGS, TIMEOUT may be given.
export CONTEXT NAMESPACE RELEASE VALUES HELM_ARGS TIMEOUT HELM KUBECTL IMAGE JDK_IMAGE RUNTIME_IMAGE DOCKER DOCKER_BUILD_ARGS

install: ## Install with Helm: make install CONTEXT=my-cluster VALUES=my-values.yaml
	@sh src/build/cluster.sh install

upgrade: ## Upgrade with Helm (CONTEXT=, VALUES=)
	@sh src/build/cluster.sh upgrade

uninstall: ## Uninstall with Helm: the webhook first (CONTEXT=)
	@sh src/build/cluster.sh uninstall

annihilate: ## Remove all of an installation, a broken one too (CONTEXT=)
	@sh src/build/cluster.sh annihilate

# The format is judged beside the compiler, which uses one processor only.
verify: ## Everything: format, static analysis, all tests, licences, launcher, reproducibility, image
	@rm -rf target/classes target/test-classes target/surefire-reports target/image.txt
	@$(MVN) $(QUIET) spotless:check & format=$$!; $(MVN) verify; code=$$?; wait $$format && exit $$code
	@sh src/build/test-summary.sh
	@$(MAKE) --no-print-directory build
	@sh src/build/smoke.sh
	@sh src/build/reproducible.sh & jar=$$!; \
	if [ -n "$$NO_DOCKER" ]; then echo "verify: the image was not built: $$NO_DOCKER"; \
	elif $${DOCKER:-docker} version >/dev/null 2>&1 || [ "$$CI" = true ]; then \
	  $(MAKE) --no-print-directory image; \
	else echo "verify: no Docker daemon, so the image was not built."; fi; image=$$?; \
	wait $$jar && exit $$image
	@[ ! -f target/image.txt ] || $(MAKE) --no-print-directory image-test
	@[ -z "$$ASSAYER_E2E_NODE" ] || { $(MAKE) --no-print-directory node-test && sh src/build/test-summary.sh; }

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
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
