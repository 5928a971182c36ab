package dev.assayer.alerting;

import dev.assayer.config.AlertingConfig;
import dev.assayer.config.AlertingConfig.Receiver;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.remote.Parcel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes an alert in the form that a receiver wants. What is in files (the address, headers,
 * fields) is read each time, so that a rotated Secret takes effect.
 */
final class Letter {
  static final int MAX_PAYLOAD = 256 * 1024;
  private static final int MAX_FILE = 64 * 1024;
  private static final Set<String> SCHEMES = Set.of("http", "https");

  private final Receiver receiver;
  private final MessageTemplate template;

  Letter(Receiver receiver, MessageTemplate template) {
    this.receiver = receiver;
    this.template = template;
  }

  /** What writing gives. */
  sealed interface Written {}

  /** It can be posted. */
  record Ready(Parcel parcel) implements Written {}

  /** It cannot, now; {@code why} is one clause without address or values. */
  record Unwritable(String why, boolean byFile) implements Written {}

  /** The payload with all fields merged. */
  JsonObject payload(Alert alert, long heldBack) throws RenderException {
    JsonObject payload = template.render(alert.values(receiver.priority(), heldBack));
    return MessageTemplate.merged(payload, receiver.payloadFields());
  }

  /** Everything that is to be posted. */
  Written write(Alert alert, long heldBack) {
    JsonObject payload;
    try {
      payload = payload(alert, heldBack);
    } catch (RenderException unfit) {
      return new Unwritable("its template cannot be filled in: " + unfit.getMessage(), false);
    }
    try {
      byte[] json = JsonText.compactBytes(MessageTemplate.merged(payload, fields()));
      return json.length > MAX_PAYLOAD
          ? new Unwritable("its payload has more than " + MAX_PAYLOAD + " bytes", false)
          : new Ready(new Parcel(address(), headers(), json));
    } catch (UnreadableException unreadable) {
      return new Unwritable(unreadable.getMessage(), true);
    }
  }

  private JsonObject fields() throws UnreadableException {
    JsonObject.Builder fields = JsonObject.builder();
    for (Map.Entry<String, Path> field : receiver.payloadFieldFiles().entrySet()) {
      fields.put(field.getKey(), Json.of(text(field.getValue(), "payloadFieldFiles")));
    }
    return fields.build();
  }

  private Map<String, String> headers() throws UnreadableException {
    Map<String, String> headers = new LinkedHashMap<>(receiver.headers());
    for (Map.Entry<String, Path> header : receiver.headerFiles().entrySet()) {
      headers.put(header.getKey(), text(header.getValue(), "headerFiles"));
    }
    return headers;
  }

  private URI address() throws UnreadableException {
    return switch (receiver.target()) {
      case AlertingConfig.Url(URI url) -> url;
      case AlertingConfig.UrlFile(Path file) -> address(text(file, "urlFile"));
    };
  }

  private static URI address(String text) throws UnreadableException {
    try {
      URI uri = new URI(text);
      if (uri.getScheme() != null
          && SCHEMES.contains(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException invalid) {
      // Its message quotes the address.
    }
    throw new UnreadableException("the file of urlFile holds no http or https address");
  }

  /** The file's text as it is now, without the line end that editors leave. */
  private static String text(Path file, String field) throws UnreadableException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE + 1);
      String text = new String(bytes, StandardCharsets.UTF_8).strip();
      if (bytes.length <= MAX_FILE && !text.isEmpty()) {
        return text;
      }
      throw new UnreadableException("a file of " + field + " is empty or larger than 64 KiB");
    } catch (IOException unreadable) {
      throw new UnreadableException(
          "a file of " + field + " cannot be read (" + unreadable.getClass().getSimpleName() + ")");
    }
  }

  /** Texts that no message may show, the longest first. */
  List<String> secrets(Parcel parcel) {
    return Secrets.of(parcel, receiver.payloadFields(), fieldsOrNone());
  }

  private JsonObject fieldsOrNone() {
    try {
      return fields();
    } catch (UnreadableException unreadable) {
      return JsonObject.builder().build();
    }
  }

  private static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String why;

    UnreadableException(String why) {
      super(why);
      this.why = why;
    }

    @Override
    public String getMessage() {
      return why;
    }
  }
}
