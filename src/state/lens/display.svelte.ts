/** How heads are shown, whichever is chosen: the same for all panels, and kept by links and session files. */
export class Display {
  /** Identity of the drawer's tab that is open; an unknown one stands for the first. */
  tab = $state('off');
}
