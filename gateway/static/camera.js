// The camera of the door tablet: a photo for a form. Loaded on the pages that need it; the stream ends with its use.
"use strict";
{
  const MOST = 60 * 1024;
  const SIDE = 640;
  const user = { video: { facingMode: "user", width: { ideal: 1280 } }, audio: false };

  const stop = (video) => {
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

  const shooting = (box) => {
    const [video, image, says, button] = ["video", "img", ".error", "button"].map((part) => box.querySelector(part));
    const field = document.getElementById(box.dataset.shot);
    const label = (text) => { button.firstElementChild.textContent = text; };
    const press = async () => {
      says.hidden = true;
      if (!video.srcObject) {
        image.hidden = true;
        video.srcObject = await navigator.mediaDevices.getUserMedia(user);
        video.hidden = false;
        await video.play();
        label(box.dataset.take);
        return;
      }
      const blob = await still(video);
      stop(video);
      const list = new DataTransfer();
      list.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      field.files = list.files;
      image.src = URL.createObjectURL(blob);
      image.hidden = false;
      label(box.dataset.again);
    };
    button.addEventListener("click", () => press().catch(() => {
      stop(video);
      says.textContent = box.dataset.failed;
      says.hidden = false;
    }));
    box.hidden = false;
  };

  if (navigator.mediaDevices?.getUserMedia) document.querySelectorAll("[data-shot]").forEach(shooting);
}
