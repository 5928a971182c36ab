package dev.assayer;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the compiled code to the house plan in {@link Rooms} and to the house rules. */
class ArchitectureTest {
  /**
   * Rooms that see hostile names and documents: a regular expression there is a way to stall us.
   */
  private static final Set<String> WITHOUT_REGEX = Set.of("image", "policy", "json", "validation");

  private static final Set<String> REGEX_METHODS =
      Set.of("matches", "replaceAll", "replaceFirst", "split", "splitWithDelimiters");

  private static final Set<String> MAY_PRINT = Set.of("cli", "demo", "telemetry");

  private static final JavaClasses OURS =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  @Test
  void everyClassLivesInARoomOfTheHousePlan() {
    assertThat(
            OURS.stream()
                .filter(c -> !c.getPackageName().equals("dev.assayer"))
                .filter(c -> !Rooms.isKnown(room(c)))
                .map(JavaClass::getName))
        .as("classes outside the rooms that Rooms.java lists")
        .isEmpty();
  }

  @Test
  void aRoomUsesOnlyTheFloorsBelow() {
    assertThat(
            dependencies((from, to) ->
                isOurs(to) && !Rooms.mayUse(from.getPackageName(), to.getPackageName())))
        .as("uses of the own floor or of one above")
        .isEmpty();
  }

  @Test
  void aLibraryIsUsedOnlyByTheRoomThatOwnsIt() {
    assertThat(
            dependencies((from, to) ->
                !isOurs(to)
                    && !to.isPrimitive()
                    && !Rooms.mayUseLibrary(from.getPackageName(), to.getName())))
        .as("uses of a library by a room that does not own it, or that nobody owns")
        .isEmpty();
  }

  @Test
  void inputNeverMeetsARegularExpression() {
    Stream<String> types =
        dependencies((from, to) ->
            WITHOUT_REGEX.contains(room(from)) && to.getPackageName().equals("java.util.regex"));
    Stream<String> methods =
        calls((owner, method) -> owner.equals("java.lang.String") && REGEX_METHODS.contains(method))
            .filter(call -> WITHOUT_REGEX.contains(room(call.from())))
            .map(Call::toString);
    assertThat(Stream.concat(types, methods)).as("regular expressions near input").isEmpty();
  }

  @Test
  void onlyMainEndsTheProcess() {
    assertThat(
            calls((owner, method) ->
                    (owner.equals("java.lang.System") && method.equals("exit"))
                        || (owner.equals("java.lang.Runtime")
                            && Set.of("exit", "halt").contains(method)))
                .filter(call -> !call.from().getName().equals("dev.assayer.cli.Main"))
                .map(Call::toString))
        .as("ends of the process outside cli.Main")
        .isEmpty();
  }

  @Test
  void onlyTheCommandLineTheDemoAndTheLogWriteToTheStandardStreams() {
    Stream<String> streams =
        OURS.stream()
            .filter(c -> !MAY_PRINT.contains(room(c)))
            .flatMap(c -> c.getFieldAccessesFromSelf().stream())
            .filter(a -> a.getTargetOwner().getName().equals("java.lang.System"))
            .map(Object::toString);
    Stream<String> traces =
        calls((owner, method) -> method.equals("printStackTrace")).map(Call::toString);
    assertThat(Stream.concat(streams, traces)).as("output past the log").isEmpty();
  }

  @Test
  void nothingIsLoadedByItsName() {
    assertThat(
            calls((owner, method) ->
                    (owner.equals("java.lang.Class") && method.equals("forName"))
                        || (owner.equals("java.lang.ClassLoader") && method.equals("loadClass")))
                .map(Call::toString))
        .as("reflection")
        .isEmpty();
  }

  @Test
  void noStaticFieldCanChange() {
    assertThat(
            OURS.stream()
                .flatMap(c -> c.getFields().stream())
                .filter(f -> f.getModifiers().contains(JavaModifier.STATIC))
                .filter(f -> !f.getModifiers().contains(JavaModifier.FINAL))
                .map(JavaField::getFullName))
        .as("static state that can change")
        .isEmpty();
  }

  private static Stream<String> dependencies(BiPredicate<JavaClass, JavaClass> forbidden) {
    return OURS.stream()
        .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
        .filter(d -> forbidden.test(d.getOriginClass(), d.getTargetClass().getBaseComponentType()))
        .map(Dependency::getDescription)
        .distinct();
  }

  /** A call of a method or constructor, and the class it stands in. */
  private record Call(JavaClass from, String description) {
    @Override
    public String toString() {
      return description;
    }
  }

  private static Stream<Call> calls(BiPredicate<String, String> ownerAndMethod) {
    return OURS.stream()
        .flatMap(c -> c.getAccessesFromSelf().stream())
        .filter(a -> ownerAndMethod.test(a.getTargetOwner().getName(), a.getName()))
        .map(a -> new Call(a.getOriginOwner(), a.getDescription()));
  }

  private static boolean isOurs(JavaClass type) {
    return type.getName().startsWith(Rooms.BASE);
  }

  private static String room(JavaClass type) {
    List<String> parts = List.of(type.getPackageName().split("\\.", -1));
    return parts.size() < 3 ? "" : parts.get(2);
  }
}
