package dev.assayer.admission;

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
}
