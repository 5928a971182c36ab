package dev.assayer.testing;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.stream.Collectors;

/** For processes that run the code under test. */
public final class OwnClassPath {
  private OwnClassPath() {}

  /** The class path of this test, by whichever runner. */
  public static String text() {
    return OwnClassPath.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(":"))
        : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
  }
}
