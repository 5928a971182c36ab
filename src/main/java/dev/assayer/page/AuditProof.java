package dev.assayer.page;

import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What shows that a decision is in the audit log: RFC 6962's inclusion proof, which the page
 * computes again by itself.
 */
public sealed interface AuditProof {

  /** As the page reads it. */
  JsonObject json();

  /**
   * There is none.
   *
   * @param state {@code off}, {@code pending} or {@code failed}
   * @param detail one sentence for people
   */
  record None(String state, String detail) implements AuditProof {
    @Override
    public JsonObject json() {
      return JsonObject.builder().put("state", state).put("detail", detail).build();
    }
  }

  /**
   * The way from an entry to a signed root; hashes are lower-case hex.
   *
   * @param entry the entry as it is kept, text; empty if that is only a reference to the record
   * @param index its place in the log, from 0
   * @param path the hashes beside its way to the root, from below
   * @param size how many entries the checkpoint covers
   * @param origin the log's name, as its checkpoint says it
   */
  record Inclusion(
      Optional<String> entry,
      long index,
      String leaf,
      List<String> path,
      long size,
      String root,
      String origin)
      implements AuditProof {

    /** Copies the list. */
    public Inclusion {
      path = List.copyOf(path);
    }

    @Override
    public JsonObject json() {
      return JsonObject.builder()
          .put("state", "included")
          .put("entry", entry.<Json>map(Json::of).orElse(JsonNull.NULL))
          .put("index", index)
          .put("leaf", leaf)
          .put("path", path)
          .put("size", size)
          .put("root", root)
          .put("origin", origin)
          .build();
    }
  }
}
