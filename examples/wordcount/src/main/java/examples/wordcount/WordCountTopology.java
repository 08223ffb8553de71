package examples.wordcount;

import org.apache.heron.api.Config;
import org.apache.heron.api.HeronSubmitter;
import org.apache.heron.api.topology.TopologyBuilder;
import org.apache.heron.api.tuple.Fields;

/** Counts the words of an endless stream of sentences. The one argument is the topology's name. */
public final class WordCountTopology {
  private WordCountTopology() {
  }

  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      throw new IllegalArgumentException("usage: WordCountTopology <topology name>");
    }

    TopologyBuilder builder = new TopologyBuilder();
    builder.setSpout("sentence", new SentenceSpout(), 2);
    builder.setBolt("split", new SplitBolt(), 2).shuffleGrouping("sentence");
    builder.setBolt("count", new CountBolt(), 4).fieldsGrouping("split", new Fields("word"));

    Config config = new Config();
    config.setNumStmgrs(2);
    config.setTopologyReliabilityMode(Config.TopologyReliabilityMode.ATLEAST_ONCE);
    config.setMessageTimeoutSecs(30);

    HeronSubmitter.submitTopology(args[0], config, builder.createTopology());
  }
}
