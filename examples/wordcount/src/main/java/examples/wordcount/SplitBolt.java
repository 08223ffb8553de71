package examples.wordcount;

import java.util.Map;
import org.apache.heron.api.bolt.BaseRichBolt;
import org.apache.heron.api.bolt.OutputCollector;
import org.apache.heron.api.topology.OutputFieldsDeclarer;
import org.apache.heron.api.topology.TopologyContext;
import org.apache.heron.api.tuple.Fields;
import org.apache.heron.api.tuple.Tuple;
import org.apache.heron.api.tuple.Values;

/** Splits sentences into words. */
public final class SplitBolt extends BaseRichBolt {
  private static final long serialVersionUID = 1L;

  private transient OutputCollector collector;

  @Override
  public void prepare(Map<String, Object> config, TopologyContext context, OutputCollector out) {
    collector = out;
  }

  @Override
  public void execute(Tuple sentence) {
    for (String word : sentence.getString(0).split(" ")) {
      collector.emit(sentence, new Values(word));
    }
    collector.ack(sentence);
  }

  @Override
  public void declareOutputFields(OutputFieldsDeclarer declarer) {
    declarer.declare(new Fields("word"));
  }
}
