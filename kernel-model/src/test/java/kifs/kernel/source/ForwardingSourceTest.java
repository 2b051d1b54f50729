package kifs.kernel.source;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

class ForwardingSourceTest {
  /** A method with a default that was not forwarded would lose what the other source says. */
  @Test
  void forwardsEveryMethod() {
    for (Method method : KernelSource.class.getDeclaredMethods()) {
      assertDoesNotThrow(
          () ->
              ForwardingSource.class.getDeclaredMethod(
                  method.getName(), method.getParameterTypes()),
          method::toString);
    }
  }
}
