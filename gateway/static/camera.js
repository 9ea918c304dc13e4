// The camera of the door tablet: a photo for a form, or a pass read off a phone. Fetched at the first tap on its button;
// the stream ends with its use, after a minute, and with the page.
const MOST = 60 * 1024;
const SIDE = 640;
const SCAN_SECONDS = 60;
const wanted = { video: { facingMode: "user", width: { ideal: 1280 } }, audio: false };
const PASS = /^[0-9A-Za-z]{6,60}$/;

const begin = async (video) => {
  video.srcObject = await navigator.mediaDevices.getUserMedia(wanted);
  video.hidden = false;
  await video.play();
};
const end = (video) => {
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
  video.hidden = true;
};

// A still of what the camera sees, small enough to be sent at once; a canvas keeps no metadata.
const still = async (video) => {
  const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth * scale, height: video.videoHeight * scale });
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  for (const quality of [0.85, 0.7, 0.55, 0.4]) {
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob.size <= MOST) return blob;
  }
  throw new Error("too large");
};

const shoot = async ({ video, image, field, label, box }) => {
  if (!video.srcObject) {
    image.hidden = true;
    await begin(video);
    label(box.dataset.take);
    return;
  }
  const blob = await still(video);
  end(video);
  const list = new DataTransfer();
  list.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
  field.files = list.files;
  image.src = URL.createObjectURL(blob);
  image.hidden = false;
  label(box.dataset.again);
};

// The browser's own detector where it has one, else the vendored decoder in a worker.
const reader = async (box) => {
  const formats = globalThis.BarcodeDetector ? await BarcodeDetector.getSupportedFormats() : [];
  if (formats.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  const { default: QrScanner } = await import(box.dataset.decoder);
  const qrEngine = await QrScanner.createQrEngine();
  const canvas = document.createElement("canvas");
  return (video) => QrScanner.scanImage(video, { qrEngine, canvas, returnDetailedScanResult: true }).then((found) => found.data, () => undefined);
};

const scan = async ({ video, field, label, box }) => {
  if (video.srcObject) {
    end(video);
    label(box.dataset.open);
    return;
  }
  const [read] = await Promise.all([reader(box), begin(video)]);
  label(box.dataset.stop);
  for (const until = Date.now() + SCAN_SECONDS * 1000; video.srcObject && Date.now() < until;) {
    const text = await read(video);
    if (text && PASS.test(text)) {
      end(video);
      field.value = text;
      field.form.requestSubmit();
      return;
    }
    await new Promise((done) => setTimeout(done, 150));
  }
  end(video);
  label(box.dataset.open);
};

export default (box) => {
  const [video, image, says, button] = ["video", "img", ".error", "button"].map((part) => box.querySelector(part));
  const label = (text) => { button.firstElementChild.textContent = text; };
  const parts = { box, video, image, label, field: document.getElementById(box.dataset.for) };
  const press = async () => {
    says.hidden = true;
    try {
      await (box.dataset.take ? shoot : scan)(parts);
    } catch {
      end(video);
      label(box.dataset.open);
      says.textContent = box.dataset.failed;
      says.hidden = false;
    }
  };
  button.addEventListener("click", press);
  addEventListener("pagehide", () => end(video));
  return press();
};
