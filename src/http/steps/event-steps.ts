import { EventCommands } from "../routes/event-commands.ts";
import type { EventRoutesOptions } from "../routes/events.ts";
import { CancelEventStep } from "./cancel-event.ts";
import { ChangeEventStep } from "./change-event.ts";
import { CreateEventStep } from "./create-event.ts";

/** What organizers do with events, for whichever surface asks. */
export class EventSteps {
  readonly commands: EventCommands;
  readonly creating: CreateEventStep;
  readonly changing: ChangeEventStep;
  readonly cancelling: CancelEventStep;

  constructor(options: EventRoutesOptions) {
    this.commands = new EventCommands(options);
    this.creating = new CreateEventStep(options);
    this.changing = new ChangeEventStep(this.commands, options.venues);
    this.cancelling = new CancelEventStep(this.commands);
  }
}
