package dev.assayer.cli;

import dev.assayer.audit.LogRecords;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code assayer audit query}. */
@Command(
    name = "query",
    header = "List decisions of a log.",
    description = {
      "Lists the decisions of an audit log that fit all of the given options, oldest first. It reads"
          + " the log and does not verify it: audit verify does.",
      "",
      "With -o json, one object a line: {\"index\",\"withdrawn\",\"record\"}. With --csv, a header and"
          + " a line each; fields that a spreadsheet would take for a formula begin with an"
          + " apostrophe.",
      "",
      "--would-deny is the report of a roll-out: -o json gives an object a line, {\"count\","
          + "\"first\",\"last\",\"namespace\",\"image\",\"reason\",\"rule\"}."
    },
    exitCodeList = {
      "0:the log was read, whether or not a decision fits",
      "1:an entry or a record is missing or damaged",
      "2:there is no log, or the command line is wrong"
    },
    footer = {
      "",
      "Examples:",
      "  assayer audit query --directory DIR --outcome denied --since 2026-03-01 --until 2026-04-01",
      "  assayer audit query --config assayer.yaml --image acme/app --csv > acme.csv",
      "  assayer audit query --config assayer.yaml --would-deny   # before detectionMode ends"
    })
final class AuditQueryCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Mixin private LogArguments log = new LogArguments();

  @Option(
      names = "--image",
      paramLabel = "TEXT",
      description = "Part of an image's name as requested or normalised, or of its digest.")
  private Optional<String> image = Optional.empty();

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "Who asked; the whole name. Where names are hashed, its pseudonym is found with"
              + " --users-key or audit.usersKeyFile of the configuration.")
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--users-key",
      paramLabel = "FILE",
      description = "The key of pseudonyms: finds --user by its pseudonym too.")
  private Optional<Path> usersKey = Optional.empty();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "The namespace of the object.")
  private Optional<String> namespace = Optional.empty();

  @Option(
      names = "--verdict",
      paramLabel = "VERDICT",
      description = "verified, exempt, not_applicable, rejected, error or timeout.")
  private Optional<String> verdict = Optional.empty();

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "The reason of the decision or of one of its images.")
  private Optional<String> reason = Optional.empty();

  @Option(
      names = "--outcome",
      paramLabel = "allowed|denied",
      converter = OutcomeConverter.class,
      description = "What the API server was told.")
  private Optional<String> outcome = Optional.empty();

  @Option(
      names = "--would-deny",
      description =
          "A report of what was allowed though its verdict does not admit (detectionMode, modes"
              + " audit and warn), by namespace, image and reason: what is denied once it is"
              + " enforced.")
  private boolean wouldDeny;

  @Option(
      names = "--each",
      description = "With --would-deny: the decisions themselves instead of the report.")
  private boolean each;

  @Mixin private PeriodArguments period = new PeriodArguments();

  @Option(names = "--csv", description = "Comma-separated values (RFC 4180).")
  private boolean csv;

  AuditQueryCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    if (csv && options.json()) {
      throw Failure.usage("--csv and -o json exclude each other");
    }
    Path directory = log.directory(options, session);
    AuditFilter filter =
        new AuditFilter(
            image,
            users(),
            namespace,
            verdict,
            reason,
            outcome,
            wouldDeny,
            period.since(),
            period.until());
    try {
      LogRecords records =
          LogRecords.of(directory)
              .orElseThrow(() -> Failure.usage("there is no audit log in " + directory));
      if (wouldDeny && !each) {
        report(records, filter);
        return ExitCode.FINE;
      }
      if (csv) {
        session.line(AuditRow.CSV_HEADER);
      }
      records.forEach(found -> {
        if (filter.fits(found)) {
          session.line(line(found));
        }
        return true;
      });
      return ExitCode.FINE;
    } catch (IOException damaged) {
      throw AuditArguments.damaged(damaged);
    }
  }

  /** The name that is asked for, and its pseudonym where there is a key. */
  private List<String> users() {
    return user.map(name ->
            AuditArguments.pseudonyms(usersKey, options, session)
                .map(known -> List.of(name, known.of(name)))
                .orElse(List.of(name)))
        .orElse(List.of());
  }

  private void report(LogRecords records, AuditFilter filter) throws IOException {
    WouldDenyReport report = new WouldDenyReport();
    records.forEach(found -> {
      if (filter.fits(found)) {
        report.add(found);
      }
      return true;
    });
    List<String> lines = csv ? report.csv() : options.json() ? report.json() : report.text();
    lines.forEach(session::line);
  }

  private String line(LogRecords.Found found) {
    if (options.json()) {
      return JsonText.compact(
          JsonObject.builder()
              .put("index", found.index())
              .put("withdrawn", found.withdrawn())
              .put("record", found.record())
              .build());
    }
    AuditRow row = AuditRow.of(found);
    return csv ? row.csv() : row.text();
  }

  static final class OutcomeConverter implements ITypeConverter<String> {
    @Override
    public String convert(String word) {
      String lower = word.toLowerCase(Locale.ROOT);
      if (!lower.equals("allowed") && !lower.equals("denied")) {
        throw new TypeConversionException(
            "\"" + word + "\" is no outcome: write allowed or denied");
      }
      return lower;
    }
  }
}
