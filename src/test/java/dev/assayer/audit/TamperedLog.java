package dev.assayer.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A log to be tampered with.
 *
 * @param others where other logs are
 */
record TamperedLog(Path folder, Path others) {
  Path at(String name) {
    return folder.resolve(name);
  }

  void entries(int bundle, Consumer<List<byte[]>> change) throws IOException {
    Path file = at(Tile.entries(bundle, bundle == 4 ? 76 : 256));
    List<byte[]> all = new ArrayList<>(Bundle.read(Files.readAllBytes(file)).whole());
    change.accept(all);
    Files.write(file, Bundle.of(all));
  }

  void bytes(String name, UnaryOperator<byte[]> change) throws IOException {
    Files.write(at(name), change.apply(Files.readAllBytes(at(name))));
  }

  void flip(String name, int at) throws IOException {
    bytes(
        name,
        bytes -> {
          bytes[at] ^= 1;
          return bytes;
        });
  }

  void shorten(String name, int by) throws IOException {
    bytes(name, bytes -> Arrays.copyOf(bytes, Math.max(0, bytes.length - by)));
  }

  void delete(String name) throws IOException {
    if (Files.isDirectory(at(name))) {
      LogRig.remove(at(name));
    } else {
      Files.delete(at(name));
    }
  }

  void swap(String one, String other) throws IOException {
    Files.move(at(one), at("between"));
    Files.move(at(other), at(one));
    Files.move(at("between"), at(other));
  }

  void take(String name, String from) throws IOException {
    Path source = others.resolve(from).resolve(name);
    if (Files.isDirectory(source)) {
      delete(name);
      LogRig.copy(source, at(name));
    } else {
      Files.copy(source, at(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  void note(UnaryOperator<String> change) throws IOException {
    Files.writeString(at("checkpoint"), change.apply(Files.readString(at("checkpoint"))));
  }

  /** Makes the lowest tile say what the bundle holds. */
  void tileOf(int bundle) throws IOException {
    Files.write(
        at(Tile.hashes(0, bundle, 256)),
        Hash.tile(
            Bundle.read(Files.readAllBytes(at(Tile.entries(bundle, 256)))).whole().stream()
                .map(Hash::leaf)
                .toList()));
  }
}
