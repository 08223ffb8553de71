import java.io.FileReader;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** Reads YAML files as Heron's ConfigReader does, and prints file, key, Java class and value of each entry. */
class ReadYaml {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      Map<?, ?> entries = (Map<?, ?>) new Yaml().load(new FileReader(file));
      if (entries == null) continue;
      for (Map.Entry<?, ?> entry : entries.entrySet()) {
        String type = entry.getValue().getClass().getSimpleName();
        System.out.println(file.replaceAll(".*/", "") + "\t" + entry.getKey() + "\t" + type + "\t" + entry.getValue());
      }
    }
  }
}
