package examples.wordcount;

import java.util.Map;
import org.apache.heron.api.spout.BaseRichSpout;
import org.apache.heron.api.spout.SpoutOutputCollector;
import org.apache.heron.api.topology.OutputFieldsDeclarer;
import org.apache.heron.api.topology.TopologyContext;
import org.apache.heron.api.tuple.Fields;
import org.apache.heron.api.tuple.Values;

/** Emits the same few sentences over and over; one that fails is emitted again. */
public final class SentenceSpout extends BaseRichSpout {
  private static final long serialVersionUID = 1L;

  private static final String[] SENTENCES = {
    "the heron waits in the reeds",
    "the aurora lights the north",
    "a patient bird counts every word",
  };

  private transient SpoutOutputCollector collector;
  private int next;

  @Override
  public void open(Map<String, Object> config, TopologyContext context, SpoutOutputCollector out) {
    collector = out;
  }

  @Override
  public void nextTuple() {
    emit(next);
    next = (next + 1) % SENTENCES.length;
  }

  @Override
  public void fail(Object messageId) {
    emit((Integer) messageId);
  }

  @Override
  public void declareOutputFields(OutputFieldsDeclarer declarer) {
    declarer.declare(new Fields("sentence"));
  }

  private void emit(int sentence) {
    collector.emit(new Values(SENTENCES[sentence]), sentence);
  }
}
