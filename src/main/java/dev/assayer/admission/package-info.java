/**
 * From an AdmissionReview to its answer: which images a request holds, which rule each falls under,
 * what its validators say, and the patch, message and record that follow. Start reading at {@link
 * dev.assayer.admission.Assayer#review}.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.admission;
