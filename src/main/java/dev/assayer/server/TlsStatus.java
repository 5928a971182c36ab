package dev.assayer.server;

/**
 * The condition {@code tls_cert}.
 *
 * @param holds the certificate that is served is valid now, some client authority too where client
 *     certificates are demanded, and the files hold nothing that was refused
 * @param detail one sentence, for the answer of {@code /health/ready} and for people
 */
record TlsStatus(boolean holds, String detail) {}
