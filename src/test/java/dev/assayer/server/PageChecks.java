package dev.assayer.server;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Checks of accessibility that run in the page; each gives what is wrong, or nothing. Limits are
 * those of WCAG 2.2, level AA.
 */
final class PageChecks {
  /** Success criterion 1.4.3: text against the ground it stands on, 4.5 to 1. */
  static final String LOW_CONTRAST =
      """
      (() => {
        const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
        const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
          .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const ground = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
          }
          return [255, 255, 255];
        };
        const bad = new Set();
        for (const element of document.querySelectorAll('body *:not(svg *)')) {
          const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
          if (!own || !element.checkVisibility() || element.closest('.sr, .skip')) continue;
          const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (ratio < 4.5) bad.add(element.tagName + '.' + element.className + ' '
            + ratio.toFixed(2) + ' ' + element.textContent.slice(0, 20));
        }
        return [...bad].join('; ');
      })()
      """;

  /** Success criterion 4.1.2: whatever takes part has a name for those who do not see it. */
  static final String WITHOUT_NAME =
      """
      [...document.querySelectorAll('a, button, input, select, summary, [role=group], svg[role]')]
        .filter((each) => each.checkVisibility())
        .filter((each) => !(each.getAttribute('aria-label') || each.labels?.length
          || !each.matches('input, select, [role=group]') && each.textContent.trim()))
        .map((each) => each.outerHTML.slice(0, 80)).join('; ')
      """;

  /** Success criterion 2.5.8: 24 by 24 pixels, but for links within text. */
  static final String TOO_SMALL =
      """
      [...document.querySelectorAll('button, input, select, nav a, .list a')]
        .filter((each) => each.checkVisibility())
        .filter((each) => each.getBoundingClientRect().height < 24
          || each.getBoundingClientRect().width < 24)
        .map((each) => each.outerHTML.slice(0, 80)).join('; ')
      """;

  private PageChecks() {}

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
