package dev.assayer.testing;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonBoolean;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real headless Chromium with one tab, driven by the Chrome DevTools Protocol. Everything that
 * the tab asks for, complains about or refuses is kept.
 */
public final class Chromium implements AutoCloseable {
  static final String NAME = "chromium";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_BYTES = 64 << 20;

  private final Process process;
  private final Path profile;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger number = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private final List<JsonObject> events = new CopyOnWriteArrayList<>();
  private String session = "";
  private Optional<String> context = Optional.empty();

  private Chromium(Path profile) throws IOException {
    this.profile = profile;
    process =
        new ProcessBuilder(
                Programs.find(NAME).orElseThrow().toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("log").toFile())
            .start();
    Path port = profile.resolve("DevToolsActivePort");
    Await.until("chromium listens", () -> lines(port).size() == 2);
    URI devtools = URI.create("ws://127.0.0.1:" + lines(port).getFirst() + lines(port).getLast());
    socket = http.newWebSocketBuilder().buildAsync(devtools, new Incoming()).join();
    afresh();
  }

  /** Starts one. */
  public static Chromium start() {
    try {
      return new Chromium(Files.createTempDirectory("assayer-chromium"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Another tab in place of this one, that remembers nothing of it; what was kept is forgotten. */
  public Chromium afresh() {
    session = "";
    context.ifPresent(old -> send("Target.disposeBrowserContext", Map.of("browserContextId", old)));
    String own = text(send("Target.createBrowserContext", Map.of()), "browserContextId");
    context = Optional.of(own);
    String target =
        text(
            send("Target.createTarget", Map.of("url", "about:blank", "browserContextId", own)),
            "targetId");
    String attached =
        text(
            send("Target.attachToTarget", Map.of("targetId", target, "flatten", true)),
            "sessionId");
    events.clear();
    session = attached;
    for (String domain : List.of("Page", "Runtime", "Network", "Log", "Accessibility")) {
      send(domain + ".enable", Map.of());
    }
    return this;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException notYet) {
      return List.of();
    }
  }

  /** The size of the window in CSS pixels, and its colours. */
  public Chromium looks(int width, int height, boolean dark) {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    send(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    return this;
  }

  /** Goes to an address. */
  public Chromium open(String url) {
    send("Page.navigate", Map.of("url", url));
    return this;
  }

  /** What an expression gives; a promise is awaited. */
  public Json run(String expression) {
    JsonObject answer =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + JsonText.compact(answer));
    }
    JsonObject result = answer.get("result").flatMap(Json::asObject).orElseThrow();
    return result.get("value").orElse(Json.of(""));
  }

  /** The same where it is text. */
  public String text(String expression) {
    return run("String(" + expression + ")").asString().orElseThrow();
  }

  /** The same where it is true or false. */
  public boolean is(String expression) {
    return text("Boolean(" + expression + ")").equals("true");
  }

  /** Waits until an expression is true. */
  public Chromium until(String expression) {
    Await.until(expression, () -> is(expression));
    return this;
  }

  /** Presses keys one after another, each a character or the name of a key. */
  public Chromium press(String... keys) {
    for (String key : keys) {
      boolean character = key.length() == 1;
      int code =
          switch (key) {
            case "Enter" -> 13;
            case "Escape" -> 27;
            case "Tab" -> 9;
            case "ArrowDown" -> 40;
            case "ArrowUp" -> 38;
            default -> Character.toUpperCase(key.charAt(0));
          };
      String typed = key.equals("Enter") ? "\r" : character ? key : "";
      send(
          "Input.dispatchKeyEvent",
          Map.of(
              "type", typed.isEmpty() ? "rawKeyDown" : "keyDown",
              "key", key,
              "text", typed,
              "windowsVirtualKeyCode", code));
      send(
          "Input.dispatchKeyEvent",
          Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
    }
    return this;
  }

  /** A picture of the window. */
  public byte[] picture() {
    return Base64.getDecoder()
        .decode(text(send("Page.captureScreenshot", Map.of("format", "png")), "data"));
  }

  /** The parameters of all events of this name so far. */
  public List<JsonObject> events(String name) {
    return events.stream()
        .filter(event -> text(event, "method").equals(name))
        .map(event -> event.get("params").flatMap(Json::asObject).orElseThrow())
        .toList();
  }

  /** What was asked for, in order. */
  public List<String> requested() {
    return events("Network.requestWillBeSent").stream()
        .map(event -> text(event.get("request").flatMap(Json::asObject).orElseThrow(), "url"))
        .toList();
  }

  /** Errors of the console, exceptions, and what a policy of the page forbade. */
  public List<String> complaints() {
    return events.stream()
        .filter(event ->
            switch (text(event, "method")) {
              case "Runtime.exceptionThrown" -> true;
              case "Log.entryAdded", "Runtime.consoleAPICalled" ->
                  JsonText.compact(event).contains("\"error\"");
              default -> false;
            })
        .map(JsonText::compact)
        .toList();
  }

  /** One command of the protocol. */
  public JsonObject send(String method, Map<String, Object> parameters) {
    int id = number.incrementAndGet();
    JsonObject.Builder command =
        JsonObject.builder().put("id", id).put("method", method).put("params", json(parameters));
    if (!session.isEmpty()) {
      command.put("sessionId", session);
    }
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    socket.sendText(JsonText.compact(command.build()), true).join();
    try {
      JsonObject whole = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return whole
          .get("result")
          .flatMap(Json::asObject)
          .orElseThrow(() -> new AssertionError(method + ": " + JsonText.compact(whole)));
    } catch (InterruptedException | ExecutionException | TimeoutException failed) {
      throw new AssertionError(method + " was not answered", failed);
    }
  }

  private static Json json(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        JsonObject.Builder object = JsonObject.builder();
        map.forEach((name, each) -> object.put(String.valueOf(name), json(each)));
        yield object.build();
      }
      case List<?> list ->
          new JsonArray(list.stream().map(each -> json(Optional.of(each).get())).toList());
      case Boolean truth -> truth ? JsonBoolean.TRUE : JsonBoolean.FALSE;
      case Integer whole -> Json.of(whole);
      default -> Json.of(String.valueOf(value));
    };
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString).orElse("");
  }

  private void take(String message) {
    JsonObject object;
    try {
      object =
          StrictJson.parse(message.getBytes(StandardCharsets.UTF_8), JsonLimits.text(MOST_BYTES))
              .asObject()
              .orElseThrow();
    } catch (JsonException broken) {
      throw new AssertionError(message, broken);
    }
    Optional<Integer> id = object.get("id").map(each -> (int) each.asLong().orElse(0));
    if (id.isPresent()) {
      Optional.ofNullable(waiting.remove(id.get())).ifPresent(one -> one.complete(object));
    } else {
      events.add(object);
    }
  }

  /** Puts the parts of a message together. */
  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        String whole = parts.toString();
        parts.setLength(0);
        take(whole);
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor();
      try (var files = Files.walk(profile)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (IOException | UncheckedIOException left) {
      System.getLogger(NAME).log(System.Logger.Level.DEBUG, "left behind: " + profile, left);
    }
  }
}
