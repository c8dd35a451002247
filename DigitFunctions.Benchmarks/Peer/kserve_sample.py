"""What KServe's Kafka and MinIO sample does with one picture, without its servers and without the predictor's answer.

One picture after the other, as its handlers run: download to a file, read grey with OpenCV, invert, resize to 28x28,
make the request's body, upload the file to the other bucket. Reads a JSON list of keys a line, answers what it used.
"""

import json
import os
import sys
import tempfile
import time

import boto3
import cv2


def main():
    s3 = boto3.client("s3", endpoint_url=os.environ["S3__ServiceUrl"], region_name="us-east-1")
    source, target = os.environ["Sorting__SourceBuckets__0"], os.environ["Sorting__TargetBucket"]
    print("ready", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            keys = json.loads(line)
            start, cpu = time.monotonic(), time.process_time()
            for key in keys:
                path = os.path.join(folder, key)
                s3.download_file(source, key, path)
                image = cv2.resize(255 - cv2.imread(path, cv2.IMREAD_GRAYSCALE), (28, 28)) / 255.0
                json.dumps({"instances": image.reshape(1, 784).tolist()})
                s3.upload_file(path, target, "digit-7/" + key)
                os.remove(path)
            print(json.dumps({
                "Seconds": time.monotonic() - start, "CpuSeconds": time.process_time() - cpu,
            }), flush=True)


if __name__ == "__main__":
    main()
