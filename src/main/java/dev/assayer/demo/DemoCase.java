package dev.assayer.demo;

import dev.assayer.decision.Reason;
import java.util.List;

/**
 * One act of the demo.
 *
 * @param title what happens, in a few words
 * @param prepare brings the world into the state that the act needs; the request comes after it
 * @param images of the pod that is to start
 * @param expected the reason that must come out
 */
record DemoCase(String title, Runnable prepare, List<String> images, Reason expected) {}
