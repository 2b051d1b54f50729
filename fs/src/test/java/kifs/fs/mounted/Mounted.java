package kifs.fs.mounted;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A static field of type {@link MountedKifs} that holds one kifs for all tests of the class. It is
 * mounted before the first test and unmounted after the last one. After each test the programs that
 * the test has started and not closed are killed, and the test fails if a waiter is left.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MountExtension.class)
@interface Mounted {
  /** Name of the log in fs/target/it-logs. */
  String value();

  /** Options of mount.sh. */
  String[] options() default {};
}
