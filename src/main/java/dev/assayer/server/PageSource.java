package dev.assayer.server;

import java.util.Optional;

/** What stands at one path of the admin listener. Safe for concurrent use. */
interface PageSource {

  /**
   * The page as it is now.
   *
   * @param accept the request's {@code Accept} header
   */
  Page page(Optional<String> accept);

  /**
   * A page.
   *
   * @param status HTTP status
   */
  record Page(int status, String contentType, byte[] body) {}
}
