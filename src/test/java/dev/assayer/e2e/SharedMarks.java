package dev.assayer.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.assayer.testing.ControlPlane;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.UnaryOperator;

/** The ConfigMaps that replicas share, in the hands of somebody who may write to them. */
record SharedMarks(Kubectl kubectl, ControlPlane plane) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LABEL = "assayer.dev/state";

  /** The marks that stand there now, for {@link #putBack}. */
  String now() {
    return kubectl.ok("get", "configmap", "-l", LABEL + "=marks", "-o", "json");
  }

  /** All of it is lost: the objects are gone, and then made empty as an upgrade makes them. */
  void lose() {
    String empty = edited(kubectl.ok("get", "configmap", "-l", LABEL, "-o", "json"), _ -> "", true);
    kubectl.ok("delete", "configmap", "-l", LABEL, "--wait=false");
    plane.apply(empty);
  }

  /** Every mark says something that nobody sealed. */
  void forge() {
    plane.apply(
        edited(
            now(),
            text -> text.lines().findFirst().orElse("") + "\n1 - forged {\"epoch\":9,\"marks\":{}}",
            false));
  }

  /** The marks that stood there once stand there again. */
  void putBack(String earlier) {
    plane.apply(edited(earlier, text -> text, false));
  }

  private static String edited(String list, UnaryOperator<String> edit, boolean withoutData) {
    try {
      JsonNode all = JSON.readTree(list);
      for (JsonNode map : all.path("items")) {
        ((ObjectNode) map.path("metadata"))
            .remove(List.of("resourceVersion", "uid", "managedFields"));
        if (withoutData) {
          ((ObjectNode) map).remove("data");
        } else if (map.path("data") instanceof ObjectNode data) {
          data.properties()
              .forEach(
                  entry -> entry.setValue(new TextNode(edit.apply(entry.getValue().asText()))));
        }
      }
      return JSON.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
