import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Enumeration;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes the signature out of jars: {@code java Unsign.java JAR…}. A signed jar's manifest has an
 * entry for every file in it, which Java reads and keeps as soon as it needs one class, and the
 * classes of a signed jar cannot stand in an AOT cache. Classes and all other files stay as they
 * are; a jar without a signature is not touched.
 */
final class Unsign {
  private Unsign() {}

  public static void main(String[] args) throws IOException {
    for (String arg : args) {
      Path jar = Path.of(arg);
      if (isSigned(jar)) {
        FileTime time = Files.getLastModifiedTime(jar);
        Path unsigned = jar.resolveSibling(jar.getFileName() + ".unsigned");
        copy(jar, unsigned);
        Files.setLastModifiedTime(unsigned, time);
        Files.move(unsigned, jar, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static boolean isSigned(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().anyMatch(entry -> isSignature(entry.getName()));
    }
  }

  private static boolean isSignature(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.startsWith("META-INF/")
        && (upper.endsWith(".SF")
            || upper.endsWith(".RSA")
            || upper.endsWith(".DSA")
            || upper.endsWith(".EC"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (ZipFile zip = new ZipFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        ZipOutputStream out = new ZipOutputStream(file)) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (isSignature(entry.getName())) {
          continue;
        }
        ZipEntry same = new ZipEntry(entry.getName());
        same.setLastModifiedTime(entry.getLastModifiedTime());
        out.putNextEntry(same);
        if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
          Manifest manifest = new Manifest(zip.getInputStream(entry));
          manifest.getEntries().clear();
          manifest.write(out);
        } else {
          zip.getInputStream(entry).transferTo(out);
        }
        out.closeEntry();
      }
    }
  }
}
