package dev.assayer.server;

import dev.assayer.admission.Announcements;
import dev.assayer.alerting.Alerts;
import dev.assayer.decision.Decision;
import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.util.Optional;

/** Receivers with {@code failAdmission} are who insists on knowing. */
record AlertAnnouncements(Alerts.Insistent receivers) implements Announcements {

  @Override
  public Duration reserve() {
    return receivers.reserve();
  }

  @Override
  public Optional<String> undelivered(Decision decision, StageLog stages, Deadline deadline) {
    return receivers.undelivered(decision, stages, deadline);
  }
}
