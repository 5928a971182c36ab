package dev.assayer.page;

import dev.assayer.decision.Decision;
import java.util.Optional;

/** What the page shows that others know. Answers are JSON, UTF-8. Safe for concurrent use. */
public interface PageSources {

  /** The trust data of every repository: {@code repositories}. */
  byte[] trust();

  /** The conditions of this replica: {@code status}, {@code conditions}. */
  byte[] health();

  /** The configuration in force: {@code rules} and what stands around them. */
  byte[] policy();

  /** Which rule an image gets, and why. */
  byte[] match(String image, Optional<String> namespace);

  /** What proves that this decision was recorded. */
  AuditProof proof(Decision decision);
}
