package dev.assayer.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files beside the configuration file. The contents of trust material are kept for the policy
 * digest; of all files it is remembered what they held, so that a change is seen.
 */
final class ReferencedFiles {
  static final int MAX_BYTES = 1024 * 1024;

  private final Path baseDirectory;
  private final SortedMap<String, byte[]> contents = new TreeMap<>();
  private final SortedMap<Path, String> states = new TreeMap<>();

  ReferencedFiles(Path baseDirectory) {
    this.baseDirectory = baseDirectory;
  }

  /** The path, relative to the configuration file's directory. */
  Path resolve(String path) {
    return baseDirectory.resolve(path);
  }

  /** What reading gives. */
  sealed interface Content {}

  /** The bytes. */
  record Read(byte[] bytes) implements Content {}

  /** Why there are none, as the end of a sentence. */
  record Unreadable(String why) implements Content {}

  /** Reads a file once and remembers it under the name as written. */
  Content read(String name, Path file) {
    byte[] known = contents.get(name);
    if (known != null) {
      return new Read(known);
    }
    Content content = regular(file);
    states.put(file, ConfigFiles.state(content));
    if (content instanceof Read(byte[] bytes)) {
      contents.put(name, bytes);
    }
    return content;
  }

  /** Reads a file that is no trust material: seen when it changes, and not in the digest. */
  Content watch(Path file) {
    Content content = regular(file);
    states.put(file, ConfigFiles.state(content));
    return content;
  }

  /** Reads a whole regular file of at most {@link #MAX_BYTES}. */
  static Content regular(Path file) {
    if (!Files.isRegularFile(file)) {
      return new Unreadable(Files.exists(file) ? "is not a regular file" : "does not exist");
    }
    return bounded(file, MAX_BYTES);
  }

  /** Reads a whole file of limited size. */
  static Content bounded(Path file, int max) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(max + 1);
      return bytes.length > max
          ? new Unreadable("is larger than " + max / (1024 * 1024) + " MiB")
          : new Read(bytes);
    } catch (NoSuchFileException missing) {
      return new Unreadable("does not exist");
    } catch (AccessDeniedException denied) {
      return new Unreadable("may not be read by this user");
    } catch (IOException failed) {
      return new Unreadable("cannot be read");
    }
  }

  /** What each file asked for held, or why it could not be read; see {@link ConfigFiles}. */
  SortedMap<Path, String> states() {
    return Collections.unmodifiableSortedMap(states);
  }

  /** The trust material that was read, by name as written. */
  SortedMap<String, byte[]> contents() {
    return Collections.unmodifiableSortedMap(contents);
  }
}
