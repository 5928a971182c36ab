package dev.assayer.page;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The paths of the operator page. All are read-only and exact. Safe for concurrent use. */
public final class PageSite {
  private static final String DECISIONS = "/api/decisions";
  private static final String ONE = DECISIONS + "/";
  private static final int ID_LENGTH = 36;
  private static final int MOST_DIGITS = 18;

  private final Map<String, PageAnswer> files = PageFiles.load();
  private final RecentDecisions decisions;
  private final Dependencies dependencies;
  private final PageSources sources;
  private final String replica;
  private final InstantSource clock;
  private final String epoch;

  /** A page of this replica. */
  public PageSite(
      RecentDecisions decisions,
      Dependencies dependencies,
      PageSources sources,
      String replica,
      InstantSource clock) {
    this.decisions = decisions;
    this.dependencies = dependencies;
    this.sources = sources;
    this.replica = replica;
    this.clock = clock;
    epoch = replica + " " + clock.instant();
  }

  /**
   * What stands at a path; empty if nothing does.
   *
   * @param path exactly as sent
   * @param query as sent, without the question mark
   */
  public Optional<PageAnswer> answer(String path, String query) {
    PageAnswer file = files.get(path);
    if (file != null) {
      return Optional.of(file);
    }
    return switch (path) {
      case DECISIONS -> Optional.of(list(query));
      case "/api/trust" -> Optional.of(PageAnswer.json(sources.trust()));
      case "/api/health" -> Optional.of(PageAnswer.json(sources.health()));
      case "/api/dependencies" -> Optional.of(PageAnswer.json(dependencies.json()));
      case "/api/policy" -> Optional.of(PageAnswer.json(sources.policy()));
      case "/api/policy/match" -> Optional.of(match(query));
      default -> path.startsWith(ONE) ? one(path.substring(ONE.length())) : Optional.empty();
    };
  }

  private PageAnswer list(String query) {
    return Query.parse(query, Set.of("after"))
        .map(parsed -> number(parsed.text("after").orElse("0")))
        .filter(OptionalLong::isPresent)
        .map(after ->
            PageAnswer.json(
                DecisionView.list(
                    decisions.after(after.getAsLong()), epoch, replica, clock.instant())))
        .orElseGet(() -> bad("use ?after=NUMBER"));
  }

  private Optional<PageAnswer> one(String id) {
    if (id.length() != ID_LENGTH || !id.chars().allMatch(PageSite::inId)) {
      return Optional.empty();
    }
    return Optional.of(
        decisions
            .find(id)
            .map(kept ->
                PageAnswer.json(
                    DecisionView.whole(kept.decision(), sources.proof(kept.decision()))))
            .orElseGet(() ->
                PageAnswer.problem(
                    404,
                    "not_kept",
                    "this replica does not hold the record "
                        + id
                        + ": it keeps only its latest decisions, and each replica its own")));
  }

  private PageAnswer match(String query) {
    Optional<Query> parsed = Query.parse(query, Set.of("image", "namespace"));
    return parsed
        .flatMap(given -> given.text("image"))
        .map(image -> PageAnswer.json(sources.match(image, parsed.get().text("namespace"))))
        .orElseGet(() -> bad("use ?image=NAME, and &namespace=NAME if there is one"));
  }

  private static PageAnswer bad(String use) {
    return PageAnswer.problem(400, "bad_query", use);
  }

  private static boolean inId(int c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c == '-';
  }

  private static OptionalLong number(String text) {
    return text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }
}
