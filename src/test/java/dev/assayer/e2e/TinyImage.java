package dev.assayer.e2e;

import dev.assayer.demo.OciRegistry;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.samples.Hashes;
import dev.assayer.samples.PushedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * An OCI image of less than 2 KiB that really runs, on Linux and amd64: its one program waits for
 * ever. It handles no signal, so its pods are best given no time for ending.
 */
final class TinyImage {
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String PROGRAM = "wait";

  /** Wherever the program is loaded. */
  private static final long BASE = 0x400000;

  private static final int HEADERS = 64 + 56;
  private static final int BLOCK = 512;

  private TinyImage() {}

  /**
   * Pushes it.
   *
   * @param version stands in a label: another one, another digest
   */
  static PushedImage push(OciRegistry registry, String repository, String tag, String version) {
    byte[] layer = archived(program());
    byte[] config =
        JsonText.compactBytes(
            JsonObject.builder()
                .put("architecture", "amd64")
                .put("os", "linux")
                .put(
                    "config",
                    JsonObject.builder()
                        .put("Entrypoint", List.of("/" + PROGRAM))
                        .put("User", "65532:65532")
                        .put("Labels", JsonObject.builder().put("version", version).build())
                        .build())
                .put(
                    "rootfs",
                    JsonObject.builder()
                        .put("type", "layers")
                        .put("diff_ids", List.of("sha256:" + Hashes.sha256Hex(layer)))
                        .build())
                .build());
    List<Json> layers = List.of(OciRegistry.descriptor(LAYER, layer));
    byte[] manifest =
        JsonText.compactBytes(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", OciRegistry.MANIFEST)
                .put("config", OciRegistry.descriptor(CONFIG, config))
                .put("layers", new JsonArray(layers))
                .build());
    registry.putBlob(repository, layer);
    registry.putBlob(repository, config);
    return registry.putManifest(repository, tag, manifest, OciRegistry.MANIFEST);
  }

  /** Pushes an index of this image and of one for another platform, which is not there. */
  static PushedImage index(OciRegistry registry, String tag, PushedImage image) {
    byte[] index =
        JsonText.compactBytes(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", INDEX)
                .put(
                    "manifests",
                    new JsonArray(
                        List.of(
                            listed(image.digest(), image.length(), "amd64"),
                            listed("sha256:" + "a6".repeat(32), 500, "arm64"))))
                .build());
    return registry.putManifest(image.repository(), tag, index, INDEX);
  }

  private static Json listed(String digest, long size, String architecture) {
    return JsonObject.builder()
        .put("mediaType", OciRegistry.MANIFEST)
        .put("digest", digest)
        .put("size", size)
        .put(
            "platform",
            JsonObject.builder().put("architecture", architecture).put("os", "linux").build())
        .build();
  }

  /** An ELF executable of one segment (System V ABI, chapter 4 and 5; AMD64 supplement). */
  private static byte[] program() {
    // mov eax, 34 (pause); syscall; and again
    byte[] code = HexFormat.of().parseHex("b8220000000f05ebf7");
    int size = HEADERS + code.length;
    ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(HexFormat.of().parseHex("7f454c46020101000000000000000000")); // ELF, 64 bits, LSB
    elf.putShort((short) 2).putShort((short) 62).putInt(1); // executable, x86-64
    elf.putLong(BASE + HEADERS).putLong(64).putLong(0); // entry, program headers, no sections
    elf.putInt(0).putShort((short) 64).putShort((short) 56).putShort((short) 1);
    elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE); // load, read and execute
    elf.putLong(size).putLong(size).putLong(0x1000);
    return elf.put(code).array();
  }

  /** A POSIX ustar archive of the one executable file. */
  private static byte[] archived(byte[] program) {
    int blocks = (program.length + BLOCK - 1) / BLOCK;
    byte[] tar = new byte[BLOCK * (1 + blocks + 2)];
    put(tar, 0, PROGRAM);
    put(tar, 100, "0000755\0");
    put(tar, 108, "0000000\0");
    put(tar, 116, "0000000\0");
    put(tar, 124, String.format(Locale.ROOT, "%011o\0", program.length));
    put(tar, 136, "00000000000\0");
    put(tar, 148, "        ");
    put(tar, 156, "0");
    put(tar, 257, "ustar\00000");
    int sum = 0;
    for (byte one : Arrays.copyOf(tar, BLOCK)) {
      sum += one & 0xff;
    }
    put(tar, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    System.arraycopy(program, 0, tar, BLOCK, program.length);
    return tar;
  }

  private static void put(byte[] tar, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, tar, at, bytes.length);
  }
}
