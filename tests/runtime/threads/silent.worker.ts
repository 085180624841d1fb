import './silence';
import '../../../src/runtime/engine.worker';
