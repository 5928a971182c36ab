package dev.assayer.audit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.crypto.Sha;
import dev.assayer.crypto.SignatureVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A witness as C2SP tlog-witness describes one, with its state in memory. */
final class TestWitness implements AutoCloseable {
  private static final String NAME = "witness.example/w";
  final List<Integer> answers = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final Ed25519Signer signer;
  private final Map<String, LogKey> logs = new HashMap<>();
  private final Map<String, Checkpoint> seen = new HashMap<>();
  private volatile boolean mute;

  private record Said(int status, String body) {}

  TestWitness() {
    signer =
        ((Ed25519Signer.Result.Loaded) Ed25519Signer.fromPem(Ed25519Signer.newKeyPem())).signer();
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/w/add-checkpoint", this::handle);
    server.start();
  }

  URI prefix() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/w");
  }

  /** The key in the form of C2SP: type 4, signed notes' id. */
  String key() {
    byte[] spki = signer.publicKey().spki();
    byte[] typed = new byte[33];
    typed[0] = 4;
    System.arraycopy(spki, spki.length - 32, typed, 1, 32);
    return NAME
        + "+"
        + HexFormat.of().toHexDigits(id(typed))
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  private static int id(byte[] typed) {
    byte[] name = (NAME + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(name, name.length + typed.length);
    System.arraycopy(typed, 0, all, name.length, typed.length);
    return ByteBuffer.wrap(Sha.sha256(all)).getInt();
  }

  void trusts(LogKey key) {
    logs.put(key.name(), key);
  }

  /** Answers 200 from now on, and signs nothing. */
  void mute() {
    mute = true;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Said said = judged(body);
    answers.add(said.status());
    byte[] bytes = said.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(said.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized Said judged(String body) {
    int split = body.indexOf("\n\n");
    List<String> head = body.substring(0, split).lines().toList();
    if (!head.getFirst().matches("old (0|[1-9][0-9]*)")) {
      return new Said(400, "");
    }
    long old = Long.parseLong(head.getFirst().substring(4));
    List<Hash> proof = head.stream().skip(1).map(Hash::fromBase64).toList();
    SignedNote note =
        SignedNote.read(body.substring(split + 2).getBytes(StandardCharsets.UTF_8)).orElseThrow();
    Checkpoint checkpoint = Checkpoint.of(note.text()).orElseThrow();
    Optional<LogKey> log = Optional.ofNullable(logs.get(checkpoint.origin()));
    if (log.isEmpty()) {
      return new Said(404, "");
    }
    if (note.judge(List.of(log.get()), SignatureVerifier.create())
        instanceof SignedNote.Judged.Bad) {
      return new Said(403, "");
    }
    if (old > checkpoint.size()) {
      return new Said(400, "");
    }
    Checkpoint last =
        seen.getOrDefault(
            checkpoint.origin(), new Checkpoint(checkpoint.origin(), 0, Hash.OF_NOTHING));
    if (old != last.size()
        || last.size() == checkpoint.size() && !last.root().equals(checkpoint.root())) {
      return new Said(409, last.size() + "\n");
    }
    if (!Proofs.consistent(last, checkpoint, proof)) {
      return new Said(422, "");
    }
    seen.put(checkpoint.origin(), checkpoint);
    return mute ? new Said(200, "") : new Said(200, cosignature(note.text()));
  }

  private String cosignature(String text) {
    long time = 1_772_366_400;
    byte[] message =
        ("cosignature/v1\ntime " + time + "\n" + text).getBytes(StandardCharsets.UTF_8);
    int id = HexFormat.fromHexDigits(key().split("\\+")[1]);
    byte[] line =
        ByteBuffer.allocate(4 + 8 + 64).putInt(id).putLong(time).put(signer.sign(message)).array();
    return "\u2014 " + NAME + " " + Base64.getEncoder().encodeToString(line) + "\n";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
