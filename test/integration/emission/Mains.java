package mains;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Map;
import org.apache.heron.api.Config;
import org.apache.heron.api.HeronSubmitter;
import org.apache.heron.api.spout.BaseRichSpout;
import org.apache.heron.api.spout.SpoutOutputCollector;
import org.apache.heron.api.topology.OutputFieldsDeclarer;
import org.apache.heron.api.topology.TopologyBuilder;
import org.apache.heron.api.topology.TopologyContext;
import org.apache.heron.api.tuple.Fields;

/** Mains that do what users' mains do. Arguments: what to do, topology name, more. */
public final class Mains {
  private Mains() {}

  public static final class Words extends BaseRichSpout {
    private static final long serialVersionUID = 1L;

    @Override
    public void open(Map<String, Object> config, TopologyContext context, SpoutOutputCollector output) {}

    @Override
    public void nextTuple() {}

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
      declarer.declare(new Fields("word"));
    }
  }

  private static void submit(String name, Config config) throws Exception {
    TopologyBuilder builder = new TopologyBuilder();
    builder.setSpout("words", new Words(), 1);
    HeronSubmitter.submitTopology(name, config, builder.createTopology());
  }

  public static void main(String[] args) throws Exception {
    String name = args.length > 1 ? args[1] : "";
    Config config = new Config();
    switch (args[0]) {
      case "tell":
        config.setTopologyProjectName(System.getProperty("some.property") + "|" + args[2]);
        submit(name, config);
        break;
      case "fail":
        for (int line = 1; line <= 30; line++) {
          System.out.println("line " + line);
        }
        System.err.println("cannot go on: " + System.getenv("TEST_API_TOKEN"));
        System.exit(3);
        break;
      case "hang":
        // A child that outlives its parent unless the whole group is killed.
        Process child = new ProcessBuilder("sleep", "600").start();
        Files.write(Paths.get(args[2]), String.valueOf(pidOf(child)).getBytes(StandardCharsets.UTF_8));
        Thread.sleep(600_000);
        break;
      case "leave-a-child":
        // It inherits our output, as what a shell puts into the background does.
        ProcessBuilder left = new ProcessBuilder("sleep", "600").inheritIO();
        Files.write(Paths.get(args[2]), String.valueOf(pidOf(left.start())).getBytes(StandardCharsets.UTF_8));
        submit(name, config);
        break;
      case "print":
        byte[] chunk = new byte[1 << 20];
        for (int i = 0; i < 200; i++) {
          System.out.write(chunk);
        }
        submit(name, config);
        break;
      case "several":
        submit("first", config);
        submit("second", config);
        break;
      case "none":
        System.out.println("nothing to do");
        break;
      case "garbage":
        String folder = System.getenv("HERON_OPTIONS").split("[,=]")[1];
        Files.write(Paths.get(folder, name + ".defn"), "not a definition".getBytes(StandardCharsets.UTF_8));
        break;
      case "environment":
        config.setTopologyProjectName(String.valueOf(System.getenv("PULUMI_CONFIG_PASSPHRASE")));
        submit(name, config);
        break;
      default:
        throw new IllegalArgumentException(args[0]);
    }
  }

  private static long pidOf(Process process) throws Exception {
    return (Long) Process.class.getMethod("pid").invoke(process);
  }
}
