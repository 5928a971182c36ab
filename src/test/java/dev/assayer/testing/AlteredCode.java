package dev.assayer.testing;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Code of ours in which one method does something else. */
public final class AlteredCode {
  private AlteredCode() {}

  /**
   * Writes a class of which the methods of this name have another body.
   *
   * @param type its binary name
   * @return the folder, which goes before {@link OwnClassPath}
   */
  public static Path of(Path folder, String type, String method, Consumer<CodeBuilder> body)
      throws IOException {
    String file = type.replace('.', '/') + ".class";
    ClassFile classes = ClassFile.of();
    byte[] altered =
        classes.transformClass(
            classes.parse(bytes(file)),
            ClassTransform.transformingMethods(
                model -> model.methodName().equalsString(method),
                (builder, element) -> {
                  if (element instanceof CodeModel) {
                    builder.withCode(body);
                  } else {
                    builder.with(element);
                  }
                }));
    Path target = folder.resolve(file);
    Files.createDirectories(target.getParent());
    Files.write(target, altered);
    return folder;
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream in = AlteredCode.class.getClassLoader().getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("no class " + file);
      }
      return in.readAllBytes();
    }
  }
}
