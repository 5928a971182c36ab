package dev.assayer.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Columns that line up; a column of numbers stands to the right. */
final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... header) {
    rows.add(Arrays.asList(header));
  }

  /** Adds a row with as many cells as the header has. */
  void row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(cells.length + " cells");
    }
    rows.add(Arrays.stream(cells).map(Screen::line).toList());
  }

  /** The lines, header first. */
  List<String> lines() {
    int columns = rows.getFirst().size();
    int[] widths =
        IntStream.range(0, columns)
            .map(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toArray();
    boolean[] right = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      right[c] = isNumeric(c);
    }
    return rows.stream().map(row -> line(row, widths, right)).toList();
  }

  private boolean isNumeric(int column) {
    return rows.size() > 1
        && rows.stream().skip(1).map(row -> row.get(column)).allMatch(Table::isNumber);
  }

  private static boolean isNumber(String cell) {
    String digits = cell.startsWith("-") ? cell.substring(1) : cell;
    return !digits.isEmpty() && digits.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private static String line(List<String> row, int[] widths, boolean[] right) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String pad = " ".repeat(widths[c] - row.get(c).length());
      line.append(c == 0 ? "" : GAP);
      line.append(right[c] ? pad + row.get(c) : row.get(c) + pad);
    }
    return line.toString().stripTrailing();
  }
}
