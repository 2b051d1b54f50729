package kifs.fs.mounted;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a static field of type {@link MountedKifs} for one kifs that all tests of the class share.
 * It is mounted before the first test and unmounted after the last one. After each test, programs
 * that the test has started and not closed are killed, and the test fails if a waiter is left.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MountExtension.class)
@interface Mounted {
  /** The name of the log in fs/target/it-logs. */
  String value();

  /** The options for mount.sh. */
  String[] options() default {};
}
