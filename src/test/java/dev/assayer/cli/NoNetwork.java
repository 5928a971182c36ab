package dev.assayer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;

/**
 * The command line in a process in which whatever opens a socket of any kind ends with code 99. A
 * process of its own, because Java takes a provider of channels once and for all.
 */
public final class NoNetwork {
  static final int SOCKET = 99;

  private NoNetwork() {}

  /** Runs the command line. */
  @SuppressWarnings("deprecation") // the only way to see a java.net.Socket
  public static void main(String[] args) throws IOException {
    Socket.setSocketImplFactory(() -> tripped("a socket"));
    System.exit(
        Main.run(
            args,
            System.in,
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            System.getenv()));
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // stands where any socket is wanted
  private static <T> T tripped(String what) {
    new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)
        .println("opened " + what);
    Runtime.getRuntime().halt(SOCKET);
    throw new IllegalStateException(what);
  }

  /** Named by the system property {@code java.nio.channels.spi.SelectorProvider}. */
  public static final class Channels extends SelectorProvider {
    @Override
    public DatagramChannel openDatagramChannel() {
      return tripped("a datagram channel");
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) {
      return tripped("a datagram channel");
    }

    @Override
    public Pipe openPipe() {
      return tripped("a pipe");
    }

    @Override
    public AbstractSelector openSelector() {
      return tripped("a selector");
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() {
      return tripped("a listening channel");
    }

    @Override
    public SocketChannel openSocketChannel() {
      return tripped("a channel");
    }
  }
}
