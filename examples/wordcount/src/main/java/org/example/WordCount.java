package org.example;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.heron.api.Config;
import org.apache.heron.api.HeronSubmitter;
import org.apache.heron.api.bolt.BaseRichBolt;
import org.apache.heron.api.bolt.OutputCollector;
import org.apache.heron.api.spout.BaseRichSpout;
import org.apache.heron.api.spout.SpoutOutputCollector;
import org.apache.heron.api.topology.OutputFieldsDeclarer;
import org.apache.heron.api.topology.TopologyBuilder;
import org.apache.heron.api.topology.TopologyContext;
import org.apache.heron.api.tuple.Fields;
import org.apache.heron.api.tuple.Tuple;
import org.apache.heron.api.tuple.Values;

/** Words, counted. The first argument is the topology's name. */
public final class WordCount {
  private WordCount() {}

  /** Emits words at random. */
  public static final class Words extends BaseRichSpout {
    private static final long serialVersionUID = 1L;
    private static final String[] VOCABULARY = {"heron", "aurora", "mesos", "stream", "bolt", "spout"};

    private transient Random random;
    private transient SpoutOutputCollector collector;

    @Override
    public void open(Map<String, Object> config, TopologyContext context, SpoutOutputCollector output) {
      random = new Random();
      collector = output;
    }

    @Override
    public void nextTuple() {
      collector.emit(new Values(VOCABULARY[random.nextInt(VOCABULARY.length)]));
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {
      declarer.declare(new Fields("word"));
    }
  }

  /** Counts them. */
  public static final class Count extends BaseRichBolt {
    private static final long serialVersionUID = 1L;

    private transient Map<String, Integer> counts;

    @Override
    public void prepare(Map<String, Object> config, TopologyContext context, OutputCollector output) {
      counts = new HashMap<>();
    }

    @Override
    public void execute(Tuple tuple) {
      counts.merge(tuple.getString(0), 1, Integer::sum);
    }

    @Override
    public void declareOutputFields(OutputFieldsDeclarer declarer) {}
  }

  public static void main(String[] args) throws Exception {
    TopologyBuilder builder = new TopologyBuilder();
    builder.setSpout("words", new Words(), 2);
    builder.setBolt("count", new Count(), 2).fieldsGrouping("words", new Fields("word"));
    Config config = new Config();
    config.setNumStmgrs(2);
    HeronSubmitter.submitTopology(args[0], config, builder.createTopology());
  }
}
