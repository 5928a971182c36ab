package dev.assayer.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code webhook}, {@code admin} and {@code page}. */
final class ListenerReader {
  private static final String ANY_ADDRESS = "0.0.0.0";
  private static final String LOOPBACK = "127.0.0.1";
  private static final long MIN_IN_FLIGHT = 4L << 20; // one request body of the largest size

  private ListenerReader() {}

  static WebhookConfig webhook(MappingReader root) {
    MappingReader section = root.section("webhook");
    WebhookConfig webhook =
        new WebhookConfig(
            section.text("address", ANY_ADDRESS),
            port(section, 8443),
            section.optionalSection("tls").map(ListenerReader::tls),
            section.whole("maxConcurrent", 256, 1, 100_000),
            section.size("maxInFlightBytes", 32L << 20, MIN_IN_FLIGHT),
            section.duration(
                "budget", Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(30)));
    section.done();
    return webhook;
  }

  static Config.Listener admin(MappingReader root) {
    return plain(root.section("admin"), ANY_ADDRESS, 9090);
  }

  /** The page asks nobody who they are, so only this host may reach it. */
  static Config.Page page(MappingReader root) {
    MappingReader section = root.section("page");
    Config.Page page =
        new Config.Page(
            section.flag("enabled", true),
            section.value("address").flatMap(field -> loopback(field, section)).orElse(LOOPBACK),
            port(section, 9091));
    section.done();
    return page;
  }

  private static Optional<String> loopback(Field field, MappingReader section) {
    Optional<String> address = Scalars.text(field, section.reading());
    if (address.isPresent() && !isLoopback(address.get())) {
      section
          .reading()
          .error(
              field,
              Shown.quoted(address.get())
                  + " is no loopback address, and the page asks for no login",
              "use 127.0.0.1 or ::1, and reach the page by kubectl port-forward");
    }
    return address;
  }

  private static boolean isLoopback(String address) {
    return address.equals("localhost") || address.equals("::1") || inNet127(address);
  }

  private static boolean inNet127(String address) {
    List<String> parts = List.of(address.split("\\.", -1));
    return parts.size() == 4
        && parts.getFirst().equals("127")
        && parts.stream().allMatch(ListenerReader::isByte);
  }

  /** Decimal without a leading zero, which some programs read as octal. */
  private static boolean isByte(String part) {
    return !part.isEmpty()
        && part.length() <= 3
        && part.chars().allMatch(c -> c >= '0' && c <= '9')
        && (part.length() == 1 || part.charAt(0) != '0')
        && Integer.parseInt(part) <= 255;
  }

  private static Config.Listener plain(MappingReader section, String address, int port) {
    Config.Listener listener =
        new Config.Listener(section.text("address", address), port(section, port));
    section.done();
    return listener;
  }

  private static int port(MappingReader section, int fallback) {
    return section.whole("port", fallback, 0, 65_535);
  }

  private static WebhookConfig.Tls tls(MappingReader section) {
    WebhookConfig.Tls tls =
        new WebhookConfig.Tls(
            requiredFile(section, "certificateFile", "tls.crt"),
            requiredFile(section, "keyFile", "tls.key"),
            section.file("clientCaFile"));
    section.done();
    return tls;
  }

  private static Path requiredFile(MappingReader section, String name, String example) {
    Optional<Field> value = section.required(name, name + ": " + example);
    return value
        .flatMap(field -> Scalars.file(field, section.reading()))
        .orElseGet(() -> section.reading().files().resolve(""));
  }
}
