package dev.assayer.samples;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.util.Base64;

/**
 * One entry of the {@code signatures} list. The withers lie on purpose: nothing is signed anew.
 *
 * @param keyId hex, as claimed
 * @param method name of the method, as claimed
 * @param sig base64
 */
public record TufSignature(String keyId, String method, String sig) {
  /** The same bytes under another key id. */
  public TufSignature withKeyId(String other) {
    return new TufSignature(other, method, sig);
  }

  /** The same bytes under another method name. */
  public TufSignature withMethod(String other) {
    return new TufSignature(keyId, other, sig);
  }

  /** Other signature bytes. */
  public TufSignature withBytes(byte[] other) {
    return new TufSignature(keyId, method, Base64.getEncoder().encodeToString(other));
  }

  /** The raw signature; a new array. */
  public byte[] bytes() {
    return Base64.getDecoder().decode(sig);
  }

  Json json() {
    return JsonObject.builder().put("keyid", keyId).put("method", method).put("sig", sig).build();
  }
}
