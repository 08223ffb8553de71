package examples.wordcount;

import java.util.HashMap;
import java.util.Map;
import org.apache.heron.api.bolt.BaseRichBolt;
import org.apache.heron.api.bolt.OutputCollector;
import org.apache.heron.api.topology.OutputFieldsDeclarer;
import org.apache.heron.api.topology.TopologyContext;
import org.apache.heron.api.tuple.Tuple;

/** Counts words, and prints all counts once per hundred thousand. */
public final class CountBolt extends BaseRichBolt {
  private static final long serialVersionUID = 1L;

  private static final long REPORT_EVERY = 100_000;

  private transient OutputCollector collector;
  private transient Map<String, Long> counts;
  private transient long seen;

  @Override
  public void prepare(Map<String, Object> config, TopologyContext context, OutputCollector out) {
    collector = out;
    counts = new HashMap<>();
  }

  @Override
  public void execute(Tuple tuple) {
    counts.merge(tuple.getString(0), 1L, Long::sum);
    seen++;
    if (seen % REPORT_EVERY == 0) {
      System.out.println(counts);
    }
    collector.ack(tuple);
  }

  @Override
  public void declareOutputFields(OutputFieldsDeclarer declarer) {
    // The last bolt: it emits nothing.
  }
}
