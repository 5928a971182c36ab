package dev.assayer.audit;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Failures of disks in words. */
final class Words {
  private Words() {}

  /** One clause. */
  static String of(Exception failure) {
    return switch (failure) {
      case NoSuchFileException gone -> gone.getFile() + " is not there";
      case AccessDeniedException denied -> "access to " + denied.getFile() + " is denied";
      case FileSystemException file ->
          Optional.ofNullable(file.getReason()).orElse("failed") + ": " + file.getFile();
      case IOException io -> String.valueOf(io.getMessage());
      default -> failure.getClass().getName();
    };
  }
}
