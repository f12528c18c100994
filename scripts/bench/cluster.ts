import main from "../../tests/integration/engine/cluster";
import { noteUsage } from "./usage";

/** Hostroute itself, where whoever it asks answers at once. */
noteUsage();
export = main;
