import { Failure } from "./check";
import { Change, changes } from "./diff";
import { inputsOf } from "./inputs";
import { Properties } from "./schema";
import { Props } from "./values";

/** A resource as it is: its outputs in the state. */
export interface Made {
  id: string;
  state: Props;
}

/** What the engine knows of a resource that it wants to be read. At an import: nothing. */
export interface Known {
  state?: Props | undefined;
  inputs?: Props | undefined;
}

/** What a kind may say to the user while it works. */
export interface Context {
  tell: (message: string, severity?: "info" | "warning") => void;
}

/** One type of resource: what it accepts, and how it is made, read, changed and removed. Values are plain: no secrets' wrappers. */
export interface Kind {
  /** Every property that is implemented; any other is refused. */
  inputs: Properties;
  /** Outputs that are secret whatever they were made from. */
  secretOutputs?: readonly string[];
  /** What the table of inputs cannot say. */
  check?: (inputs: Props) => Failure[];
  /** Inputs in the form that is kept. */
  normalize?: (inputs: Props) => Props;
  /** What differs; by default, between state and goal by the table. */
  changes?: (old: { inputs: Props; state: Props }, goal: Props) => Change[];
  /** `changes` compares inputs with inputs. */
  comparesInputs?: true;
  /** Whether a replacement has to delete first. */
  deleteBeforeReplace?: (goal: Props, state: Props) => boolean;
  create(inputs: Props, context: Context): Promise<Made>;
  /** What a preview already tells of a creation; by default, the inputs. */
  previewCreate?: (inputs: Props) => Promise<Props>;
  /** The resource as it is now; undefined when it is gone. Absent: there is nothing but the state. */
  read?: (id: string, known: Known, context: Context) => Promise<Props | undefined>;
  /** Why such a thing cannot be imported, when it cannot. */
  notImportable?: string;
  inputsOf?: (state: Props, old: Props | undefined) => Props;
  /** Changes it in place, and returns its state. */
  update?: (id: string, goal: Props, state: Props, context: Context) => Promise<Props>;
  /** What a preview already tells of an update; by default, the state with the inputs laid over. */
  previewUpdate?: (id: string, goal: Props, state: Props) => Promise<Props>;
  remove(id: string, state: Props, context: Context): Promise<void>;
}

export const changesOf = (kind: Kind, old: { inputs: Props; state: Props }, goal: Props): Change[] =>
  kind.changes ? kind.changes(old, goal) : changes(kind.inputs, old.state, goal);

export const presentInputs = (kind: Kind, state: Props, old: Props | undefined): Props =>
  kind.inputsOf ? kind.inputsOf(state, old) : inputsOf(kind.inputs, state, old);

/** A resource that was made, but is not what it should be: the engine keeps it, and takes it up again at the next update. */
export class NotReady extends Error {
  constructor(
    readonly made: Made,
    message: string,
  ) {
    super(message);
  }
}
