package dev.assayer.admission;

import java.util.ArrayList;
import java.util.List;

/**
 * A place of an object that names an image.
 *
 * @param pointer JSON pointer (RFC 6901) of the image field from the object; empty where nothing is
 *     ever patched
 * @param type what holds the image
 * @param name name of the container or volume
 * @param requested the image as written; empty if none is
 * @param unchanged true if the stored object names the same image at the same container
 */
record ImageSite(
    String pointer, ContainerType type, String name, String requested, boolean unchanged) {

  /** At this place the stored object names the same image. */
  ImageSite asUnchanged() {
    return new ImageSite(pointer, type, name, requested, true);
  }

  /**
   * All new places, and of the unchanged ones, which are admitted unasked, the first few: an object
   * can hold tens of thousands, and each would cost a decision and its part of the record.
   *
   * @param unchanged how many unchanged places to keep
   */
  static List<ImageSite> worthTelling(List<ImageSite> sites, int unchanged) {
    if (sites.size() <= unchanged) {
      return sites;
    }
    List<ImageSite> kept = new ArrayList<>();
    int left = unchanged;
    for (ImageSite site : sites) {
      if (!site.unchanged() || left-- > 0) {
        kept.add(site);
      }
    }
    return kept;
  }
}
