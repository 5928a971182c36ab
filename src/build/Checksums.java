import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * Lists files of code with their SHA-256, as sha256sum does, on stdout. Assayer compares itself with
 * the list while it runs. Needs nothing but a JDK, which sha256sum is not part of everywhere.
 *
 * <pre>java Checksums.java FOLDER FILE…   names as they stand below the folder</pre>
 */
final class Checksums {
  private Checksums() {}

  public static void main(String... arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    TreeMap<String, String> sums = new TreeMap<>();
    for (int i = 1; i < arguments.length; i++) {
      Path file = folder.resolve(arguments[i]);
      sums.put(folder.relativize(file).toString().replace('\\', '/'), sha256(file));
    }
    sums.forEach((name, sum) -> System.out.print(sum + "  " + name + "\n"));
  }

  private static String sha256(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (var in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException unreadable) {
      throw new IOException("cannot read " + file, unreadable);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
