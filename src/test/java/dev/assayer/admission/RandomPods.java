package dev.assayer.admission;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Pods of random shape whose images are all signed by {@link FakeValidator#signing}. */
final class RandomPods {
  private static final List<String> HOSTS =
      List.of("", "docker.io/", "index.docker.io/", "REG.example/", "reg.example:443/", "r:5000/");
  private static final List<String> LISTS =
      List.of("containers", "initContainers", "ephemeralContainers", "volumes");

  private RandomPods() {}

  static String pod(Random random) {
    List<String> members = new ArrayList<>();
    List<String> lists = new ArrayList<>(LISTS);
    Collections.shuffle(lists, random);
    for (String list : lists) {
      if (list.equals("containers") || random.nextBoolean()) {
        members.add("'" + list + "':[" + entries(list, random) + "]");
      }
    }
    members.add("'nodeSelector':{'image':'decoy:1','a/b~c':'x'}");
    return "{'metadata':{'labels':{'image':'decoy:1'}},'spec':{" + String.join(",", members) + "}}";
  }

  private static String entries(String list, Random random) {
    List<String> entries = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      String name = "'name':'" + list.charAt(0) + random.nextInt(4) + "'";
      String image = image(random);
      if (!list.equals("volumes")) {
        entries.add("{" + name + ",'env':[{'image':'decoy:1'}],'image':'" + image + "'}");
      } else if (random.nextBoolean()) {
        entries.add("{" + name + ",'image':{'pullPolicy':'Always','reference':'" + image + "'}}");
      } else {
        entries.add("{" + name + ",'emptyDir':{}}");
      }
    }
    return String.join(",", entries);
  }

  private static String image(Random random) {
    String host = HOSTS.get(random.nextInt(HOSTS.size()));
    String path = random.nextBoolean() ? "app" + random.nextInt(5) : "team/app" + random.nextInt(5);
    return host + path + (random.nextInt(4) == 0 ? "" : ":v" + random.nextInt(3));
  }

  /** The images of a pod, in document order. */
  static List<String> images(Json pod) {
    List<String> images = new ArrayList<>();
    JsonObject spec =
        pod.asObject().orElseThrow().get("spec").flatMap(Json::asObject).orElseThrow();
    for (Map.Entry<String, Json> member : spec.entries()) {
      if (LISTS.contains(member.getKey())) {
        for (Json entry : member.getValue().asArray().orElseThrow().values()) {
          entry
              .asObject()
              .flatMap(holder -> holder.get("image"))
              .ifPresent(image ->
                  images.add(
                      image
                          .asString()
                          .or(() ->
                              image
                                  .asObject()
                                  .flatMap(source -> source.get("reference"))
                                  .flatMap(Json::asString))
                          .orElseThrow()));
        }
      }
    }
    return images;
  }

  /** The pod without its images: what a patch must leave as it was. */
  static Json blank(Json value) {
    return switch (value) {
      case JsonObject object -> {
        JsonObject.Builder copy = JsonObject.builder();
        for (Map.Entry<String, Json> member : object.entries()) {
          boolean image =
              (member.getKey().equals("image") || member.getKey().equals("reference"))
                  && !member.getValue().equals(Json.of("decoy:1"))
                  && member.getValue().asString().isPresent();
          copy.put(member.getKey(), image ? Json.of("") : blank(member.getValue()));
        }
        yield copy.build();
      }
      case JsonArray array ->
          new JsonArray(array.values().stream().map(RandomPods::blank).toList());
      default -> value;
    };
  }
}
