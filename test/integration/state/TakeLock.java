import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreMutex;
import org.apache.curator.retry.ExponentialBackoffRetry;

/** Asks for a lock as Heron's Curator state manager does, says whether it got it, and gives it back at the end of its input. */
class TakeLock {
  public static void main(String[] args) throws Exception {
    CuratorFramework client =
        CuratorFrameworkFactory.builder()
            .connectString(args[0])
            .retryPolicy(new ExponentialBackoffRetry(1000, 3))
            .build();
    client.start();
    InterProcessSemaphoreMutex lock = new InterProcessSemaphoreMutex(client, args[1]);
    boolean isHeld = lock.acquire(Long.parseLong(args[2]), TimeUnit.MILLISECONDS);
    System.out.println(isHeld ? "held" : "refused");
    while (System.in.read() >= 0) continue;
    if (isHeld) lock.release();
    client.close();
  }
}
