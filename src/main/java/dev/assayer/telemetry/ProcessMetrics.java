package dev.assayer.telemetry;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The JVM and its process, under the names that Prometheus has for every process. Its beans are the
 * platform's own, which live as long as the JVM.
 */
final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private ProcessMetrics() {}

  static void bind(Meters meters) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory(meters, "heap", memory::getHeapMemoryUsage);
    memory(meters, "nonheap", memory::getNonHeapMemoryUsage);
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      meters.summary(
          Catalogue.JVM_GC,
          collector,
          GarbageCollectorMXBean::getCollectionCount,
          bean -> (double) bean.getCollectionTime(),
          collector.getName());
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    meters.gauge(Catalogue.JVM_THREADS, threads::getThreadCount);
    double started = ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3;
    meters.gauge(Catalogue.PROCESS_START, () -> started);
    meters.gauge(Catalogue.PROCESS_RESIDENT, ProcessMetrics::resident);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      meters.counter(Catalogue.PROCESS_CPU, system, bean -> bean.getProcessCpuTime() / 1e9);
    }
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      meters.gauge(Catalogue.PROCESS_FDS, unix::getOpenFileDescriptorCount);
      meters.gauge(Catalogue.PROCESS_MAX_FDS, unix::getMaxFileDescriptorCount);
    }
  }

  private static void memory(Meters meters, String area, Supplier<MemoryUsage> usage) {
    meters.gauge(Catalogue.JVM_MEMORY_USED, () -> usage.get().getUsed(), area);
    meters.gauge(Catalogue.JVM_MEMORY_COMMITTED, () -> usage.get().getCommitted(), area);
    meters.gauge(Catalogue.JVM_MEMORY_MAX, () -> usage.get().getMax(), area);
  }

  /** What Linux says; not a number elsewhere. */
  private static double resident() {
    try {
      return Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith(RESIDENT))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .mapToDouble(kibibytes -> Double.parseDouble(kibibytes) * 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException unknown) {
      return Double.NaN;
    }
  }
}
