package dev.assayer.cli;

import dev.assayer.audit.EvidenceStore;
import dev.assayer.audit.LogKeys;
import dev.assayer.audit.ProofBundle;
import dev.assayer.audit.ProvenRecord;
import dev.assayer.proof.KeptFiles;
import dev.assayer.proof.Proof;
import dev.assayer.proof.Prover;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assayer audit prove}. */
@Command(
    name = "prove",
    header = "Verify a recorded decision again, offline, as of its time.",
    description = {
      "Proves that the record is in the signed log; that the files beside the log are those that the"
          + " record names; and that the signatures in them, judged as of then with the policy and"
          + " the keys trusted then, give the same digest, signers and verdict for each image. It"
          + " says what it proved, and what no file can prove.",
      "--export writes one file with record, inclusion proof, checkpoint, policy and evidence;"
          + " --bundle verifies such a file without the log.",
      "",
      "With -o json, one object: {\"record_id\",\"result\",\"log\":{\"origin\",\"index\",\"size\","
          + "\"root\",\"key\"},\"withdrawn\",\"withdrawal\",\"parts\":[{\"what\",\"result\",\"why\"}],"
          + "\"assumed\"}; results are proven, not_provable and contradicted. withdrawal is found,"
          + " none_found or, of a file, not_excluded: whoever made it could leave a withdrawal out,"
          + " and withdrawn is absent then."
    },
    exitCodeList = {
      "0:proven: the evidence leads to the same decision",
      "1:contradicted: the log was damaged, or the evidence says something else",
      "2:there is no such decision, no log, bundle or key, or the command line is wrong",
      "3:nothing speaks against it, but a part of it cannot be proven"
    },
    footer = {
      "",
      "Examples:",
      "  assayer audit prove 0193a1b2-… --directory /var/lib/assayer/audit --key audit.pub",
      "  assayer audit prove 0193a1b2-… --directory DIR --key audit.pub --export decision.json",
      "  assayer audit prove --bundle decision.json --key audit.pub"
    })
final class AuditProveCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description = "The record id; with --bundle it may be left out.")
  private Optional<String> id = Optional.empty();

  @Mixin private LogArguments log = new LogArguments();

  @Mixin private KeyArguments keys = new KeyArguments();

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description =
          "Write the decision with all that proves it to this file, which must not exist.")
  private Optional<Path> export = Optional.empty();

  @Option(
      names = "--bundle",
      paramLabel = "FILE",
      description = "Verify such a file; neither log nor configuration is needed.")
  private Optional<Path> bundle = Optional.empty();

  AuditProveCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    Source source = bundle.isPresent() ? bundled(bundle.get()) : logged();
    return switch (source.record()) {
      case ProvenRecord.Result.Unknown(String why) -> throw Failure.usage(Screen.line(why));
      case ProvenRecord.Result.Unproven(String why) -> {
        session.line(
            options.json() ? ProofReport.unproven(source.id(), why) : ProofReport.unproven(why));
        yield ExitCode.DENIED;
      }
      case ProvenRecord.Result.Proven(ProvenRecord found) -> told(source, found);
    };
  }

  private int told(Source source, ProvenRecord found) {
    Map<String, byte[]> seen = new TreeMap<>();
    Proof proof = prove(found, source.files(), seen);
    ProofReport report = new ProofReport(source.id(), found, proof, bundle.isEmpty());
    if (options.json()) {
      session.line(report.json());
    } else {
      report.lines().forEach(session::line);
    }
    export.ifPresent(file -> write(ProofBundle.of(source.id(), found, seen), file));
    return switch (proof.result()) {
      case PROVEN -> ExitCode.FINE;
      case CONTRADICTED -> ExitCode.DENIED;
      case NOT_PROVABLE -> ExitCode.UNDECIDED;
    };
  }

  /** Where a decision is proven from. */
  private record Source(String id, ProvenRecord.Result record, KeptFiles files) {}

  private Source logged() {
    String wanted =
        id.orElseThrow(() -> Failure.usage("which decision? Give its record id, or --bundle FILE"));
    Path directory = log.directory(options, session);
    List<LogKeys.Found> trusted = AuditArguments.keys(keys.files(), directory, options, session);
    return new Source(
        wanted, ProvenRecord.find(directory, wanted, trusted), KeptFiles.of(directory));
  }

  private Source bundled(Path file) {
    if (log.isNamed() || export.isPresent()) {
      throw Failure.usage("--bundle excludes --directory and --export");
    }
    List<LogKeys.Found> trusted = AuditArguments.keys(keys.files(), options, session);
    return switch (ProofBundle.read(file)) {
      case ProofBundle.Result.Unreadable(String why) ->
          throw Failure.usage("the bundle " + Screen.line(file.toString()) + " " + why);
      case ProofBundle.Result.Read(ProofBundle read) -> {
        if (id.filter(wanted -> !wanted.equals(read.recordId())).isPresent()) {
          throw Failure.usage("the bundle is of the decision " + Screen.line(read.recordId()));
        }
        yield new Source(read.recordId(), read.record(trusted), read::file);
      }
    };
  }

  /** Proves, and takes note of each file that was good. */
  private static Proof prove(ProvenRecord found, KeptFiles files, Map<String, byte[]> seen) {
    try {
      return new Prover(
              sha256 -> {
                Optional<EvidenceStore.Found> file = files.file(sha256);
                file.ifPresent(one -> {
                  if (one instanceof EvidenceStore.Found.Whole(byte[] content)) {
                    seen.put(sha256, content);
                  }
                });
                return file;
              })
          .prove(found.record());
    } catch (IOException unreadable) {
      throw new Failure(
          ExitCode.UNDECIDED,
          List.of(
              "assayer: the evidence cannot be read: "
                  + Screen.line(String.valueOf(unreadable.getMessage()))));
    }
  }

  private void write(ProofBundle proof, Path file) {
    try {
      proof.write(file);
      session.note("written: " + Screen.line(file.toString()));
    } catch (FileAlreadyExistsException there) {
      throw Failure.usage(Screen.line(file.toString()) + " exists already");
    } catch (IOException failed) {
      throw Failure.usage(
          Screen.line(file.toString())
              + " cannot be written: "
              + Screen.line(String.valueOf(failed.getMessage())));
    }
  }
}
