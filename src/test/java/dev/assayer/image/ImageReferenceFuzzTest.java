package dev.assayer.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.assayer.image.ReferenceResult.Invalid;
import dev.assayer.image.ReferenceResult.Valid;

class ImageReferenceFuzzTest {

  @FuzzTest
  void anyTextIsANameThatRoundTripsOrIsExplained(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();
    switch (ImageReference.parse(text)) {
      case Valid(ImageReference image) -> {
        ImageReference again = ImageNames.image(image.text());
        assertThat(again.matchName()).isEqualTo(image.matchName());
        assertThat(again.digest()).isEqualTo(image.digest());
        assertThat(ImagePattern.of(image.matchName()).matches(image.matchName())).isTrue();
        assertThat(image.pinned(ImageNames.DIGEST).matchName()).isEqualTo(image.matchName());
      }
      case Invalid invalid -> assertThat(invalid.detail()).isNotBlank().hasSizeLessThan(1200);
    }
    ImagePattern pattern = ImagePattern.of(text);
    assertThat(pattern.matches(pattern.text().replace("*", ""))).isTrue();
  }
}
