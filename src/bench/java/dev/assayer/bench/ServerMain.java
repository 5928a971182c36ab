package dev.assayer.bench;

import dev.assayer.testing.RealNotary;
import java.nio.file.Files;
import java.nio.file.Path;

/** tmp. */
final class ServerMain {
  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("assayer-bench");
    var amount =
        new ServerTable.Amount(
            Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    try (RealNotary notary = RealNotary.start(Files.createDirectory(directory.resolve("notary")))) {
      Repositories repositories = new Repositories(notary);
      long begun = System.nanoTime();
      int n = ServerTable.KNOWN + 4 * amount.repositories();
      repositories.publish(0, n);
      System.out.printf("published %d in %.1f s%n", n, (System.nanoTime() - begun) / 1e9);
      try (ServedAssayer f =
              ServedAssayer.start(
                  Files.createDirectory(directory.resolve("f")), repositories, "0s");
          ServedAssayer r =
              ServedAssayer.start(
                  Files.createDirectory(directory.resolve("r")), repositories, "1h")) {
        System.out.printf(
            "start %.0f %.0f ms; idle %s %s%n",
            f.startMillis(), r.startMillis(), f.footprint(), r.footprint());
        ServerTable table = new ServerTable(repositories, f, r);
        table.warmUp(8, amount);
        for (int c : new int[] {1, 8, 32}) {
          table.measure(c, amount);
        }
        table.rows().forEach(System.out::println);
        table.ratios().forEach(System.out::println);
        System.out.printf(
            "after %s %s live %.1f %.1f%n",
            f.footprint(), r.footprint(), f.liveHeapMiB(), r.liveHeapMiB());
        if (args.length > 3) {
          Thread.sleep(100000000);
        }
      }
    }
    System.exit(0);
  }
}
