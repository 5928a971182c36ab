package dev.assayer.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The test that a provider passes before it may verify anything: it takes good signatures and
 * refuses altered messages, altered signatures and the all-zero signature. Keys and signatures were
 * made once for this purpose; their private keys are lost.
 */
final class KnownAnswers {
  private static final byte[] MESSAGE =
      "Assayer known-answer test".getBytes(StandardCharsets.UTF_8);

  private static final byte[] OTHER_MESSAGE =
      "Assayer known-answer tesT".getBytes(StandardCharsets.UTF_8);

  private static final String P256_KEY =
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEP98cIgdPM4R4ecN5AqrsgVYB8GwcxTmwDtkhZknGqDDh"
          + "Un3RAQQAXj7tIZVdy2bc2lx/NZdn2VmkxkCqeM5RYw==";

  private static final String P256_SIGNATURE =
      "NRLFBfGIejH/o+Ya997+iwcakVlbyw62BrapzPnBL105sKYxt/03Ev3T+4t9ENibl9vtH0mEbt7caQZB"
          + "m+vmFg==";

  private static final String P384_KEY =
      "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEwXGWpH3Fa8VbVhdlaWKcezBxnhLeU8lgRIRnh3LxYV1Uf7Je"
          + "RSxiHO2Nj3dDM8ix7vTsYuLwvUG+iOcsxdoFx4QVxxVnwpZxvXZwr6mCL1o9Q/K82DX7wg1fEK51NfG/";

  private static final String P384_SIGNATURE =
      "sOjIfrmcI1aSpelXROB4EGVyznhcsKc9tjl5S1p9ZnmaLNUZskZxEaPb++9vjxSEdg2yiQ3pjvupN+0z"
          + "6z+NpvK6KObBhLPjK+2ukFPxYSgxmkGEMw7OzfUvnBkTWqxK";

  private static final String P521_KEY =
      "MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQAg1jIWaaEYuD2abJbN3A9PLiQSj5qjkFerZduNK3HkgbE"
          + "QY2ovPpOLYYS3I2VSyTw3jOvRjivSSp9xaM45F6VmfcAAseqPZ8aeoVpOHa/Z7gae5aVpEIAwwnZc+7X"
          + "thE9gpVTZ3J5lXDZSs0iCQO9T++hYkBIe+KYsIJvalQf8vx6Jkg=";

  private static final String P521_SIGNATURE =
      "ASwhWRQdxqkYH1vNSYWHdH6xLVD1g2y+JDz93GUKu2Z0aOFknf+y/vPBvDYzPwTYNGyPgDz3QTTjJxFl"
          + "iywl9ejXAeIcNaF0oJ8Nc0mr6CqK+zjifct4+7tCgO94pnX9DdBsHQat1Lu0S4U6YQHxOIlT9vG0l8nX"
          + "Br+PdivV8v3oQ9D8";

  private static final String RSA_KEY =
      "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqFDhGzDDG2UjNhRtoPE6NshZBjuc0CLpQXpQ"
          + "789QUdKYmVIQ2x1Z4vgZIdt9UzSylNtBTue4p7InW7k+OH5E3KnHWPgpYVUOdoGnLU/7WcYzEZzAofpo"
          + "O0gtxwAY7i4qNYftj3BVfLVw2jBqvVKW+ANSY85sB8gaIDiTuaxrhCU40m0clw0P4pii5SUGHumOmZOh"
          + "5nAenzmdCTYyyd+fqpZ/JVibpY51H5qo6VSY7gJEoAuvC0xQJKq4JQ2SvngOIXcIvUkW3Xu33En8kfjf"
          + "0C1c7a9bzVnf/UjoUcgAZkRR0LZOPT+fvtdjtpb5U0vfuPCbVLXaS3ho8yR8HChhLQIDAQAB";

  private static final String PSS_SIGNATURE =
      "RFXyOCGwAOew7vhOm/Vjf6mdRYMCBgIPIzsXpUSqYmOhE/8bhKMiM2mgy6Cc1nwmMh+fTlAtcta6B/HF"
          + "sS3CDtsMxflW35+/LCeTPOmwNWKudeBICzDIpx81XHWoSwk+WXr8HvOYGHDU3L3um1Z8dNcAgaBSudHG"
          + "4E4ztZiJsw0fiqnIby2StsIcvZS1LKuCo2Nr7ayoLjAtlQUc1GOTK1FkOHfRJJp6eR2RR5cw9RzjQ/g8"
          + "lEr8GkxP9l+hr+19YLvRkX8YvNtsZZHrwKtS7oh8rdCrOBbckf6jqNgPvxRUcvG4VVmX4QkILye6feLi"
          + "+pBldWdPzRmKCzSyLF0sjA==";

  private static final String PKCS1_SIGNATURE =
      "SiQdgaPn8pgfg3RLNUwi0dVPOInK2skPsrd0Wq2SlZvtjXeCoKsq94OQ2Rb1KPjFcHgYCJsg6tFORRK/"
          + "DBwBnW9COnk1HpTBay0biXgGYf5oyuNjAR9lKyp+F++gVcJEUOCyfd1lDiGYxsrZf8FVR/DfY2iaA76C"
          + "he7iMpGRrAp5JoIp3QooL2+ycxzYbsBiVoJPMeyUPCzWOkzXARkhzr1RCqtu84h3jOH4Pg0Eu0jPfout"
          + "JLMTWJ5aHhnOXJUim5c1cGcJXGN2KciFLiJf11WX70ug6DzhMmSVjLIV0vjgWNoPO2wUm0Ai4PVceg0Q"
          + "C4XD1SpQU/5bHcCWH07Vfg==";

  private static final String ED25519_KEY =
      "MCowBQYDK2VwAyEAK0g/0VKbkkwiG4Wwx0kCFU1qC3VJNmkeDtR57YYPKG8=";

  private static final String ED25519_SIGNATURE =
      "7Z1WTtVCfSVN+S+D2Wnrtv1ackKMQA6r6MMgskAXvdOd/7J+VHdlTGXIiUGJnT+gZzD6ibDEafgA6rlE"
          + "DWzwBg==";

  private KnownAnswers() {}

  private record Vector(String key, String signature) {}

  static boolean passedBy(Engine engine) {
    return vectors(engine.scheme()).stream().allMatch(vector -> passes(engine, vector));
  }

  private static List<Vector> vectors(SignatureScheme scheme) {
    return switch (scheme) {
      case ECDSA_SHA256 ->
          List.of(
              new Vector(P256_KEY, P256_SIGNATURE),
              new Vector(P384_KEY, P384_SIGNATURE),
              new Vector(P521_KEY, P521_SIGNATURE));
      case RSA_PSS_SHA256 -> List.of(new Vector(RSA_KEY, PSS_SIGNATURE));
      case RSA_PKCS1_SHA256 -> List.of(new Vector(RSA_KEY, PKCS1_SIGNATURE));
      case ED25519 -> List.of(new Vector(ED25519_KEY, ED25519_SIGNATURE));
    };
  }

  private static boolean passes(Engine engine, Vector vector) {
    byte[] signature = Base64.getDecoder().decode(vector.signature());
    byte[] altered = signature.clone();
    altered[altered.length / 2] ^= 1;
    return VerificationKey.fromSpki(Base64.getDecoder().decode(vector.key()))
            instanceof KeyResult.Loaded(VerificationKey key)
        && engine.verify(key, MESSAGE, signature)
        && !engine.verify(key, OTHER_MESSAGE, signature)
        && !engine.verify(key, MESSAGE, altered)
        && !engine.verify(key, MESSAGE, new byte[signature.length]);
  }
}
