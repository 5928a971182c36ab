package dev.assayer.admission;

import dev.assayer.config.AuditConfig;
import dev.assayer.config.HmacKey;
import dev.assayer.crypto.Pseudonyms;
import dev.assayer.decision.Decision;
import java.util.List;
import java.util.Optional;

/**
 * How users are named in everything that a decision is told to: records, log lines, spans, alerts,
 * events. The decision itself is made by the names as they are.
 */
final class UserNames {
  private static final System.Logger LOGGER = System.getLogger(UserNames.class.getName());

  private final AuditConfig.Users users;
  private final Optional<Pseudonyms> pseudonyms;

  private UserNames(AuditConfig.Users users, Optional<Pseudonyms> pseudonyms) {
    this.users = users;
    this.pseudonyms = pseudonyms;
  }

  /** As configured; a key that is gone since the configuration was read leaves names out. */
  static UserNames of(AuditConfig audit) {
    if (audit.users() != AuditConfig.Users.HASH) {
      return new UserNames(audit.users(), Optional.empty());
    }
    if (audit.usersKeyFile().map(HmacKey::read).orElse(new HmacKey.Result.Refused("", ""))
        instanceof HmacKey.Result.Read(byte[] key)) {
      return new UserNames(AuditConfig.Users.HASH, Optional.of(new Pseudonyms(key)));
    }
    LOGGER.log(
        System.Logger.Level.WARNING,
        "audit.usersKeyFile cannot be read: user names are left out of records");
    return new UserNames(AuditConfig.Users.OMIT, Optional.empty());
  }

  /** What stands for a name. */
  String told(String name) {
    return switch (users) {
      case KEEP -> name;
      case OMIT -> "";
      case HASH -> pseudonyms.map(known -> known.of(name)).orElse("");
    };
  }

  /** The decision as it may be told. */
  Decision told(Decision decision) {
    if (users == AuditConfig.Users.KEEP) {
      return decision;
    }
    List<String> groups =
        users == AuditConfig.Users.OMIT
            ? List.of()
            : decision.request().groups().stream().map(this::told).toList();
    return decision.by(told(decision.request().user()), groups);
  }
}
